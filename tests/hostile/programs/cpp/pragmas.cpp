// Asks the compiler to load a plug-in, to write files, and to forget its limits.
// expect: Exited 0
// says: ignored
#pragma GCC plugin "/box/plugin.so"
#pragma GCC optimize("O3", "fplugin=/box/plugin.so")
#include "hostile.h"
#pragma GCC target("no-sse4")
int main() { puts("ignored"); }
