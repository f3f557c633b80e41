// Hands the linker options, through the sections that carry them on other systems.
// expect: Exited 0
// says: linked
#include "hostile.h"
asm(".section .drectve\n.ascii \" -dynamic-linker /box/main.cpp -T /etc/passwd\"\n.text");
#pragma comment(linker, "/export:main")
int main() { puts("linked"); }
