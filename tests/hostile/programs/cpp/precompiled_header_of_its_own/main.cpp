// Brings a precompiled header along, which a compiler would map into its memory and trust.
// expect: Exited 0
// says: the header itself was read
#include "own.h"
#include "hostile.h"
int main() { puts(SAYS); }
