// Writes over the code that the kernel lends to every program for reading the clock.
// expect: Exited 0
// says: the clock stands still here
#include "hostile.h"
#include <sys/auxv.h>

int main(void) {
    char *vdso = (char *)getauxval(AT_SYSINFO_EHDR);
    if (mprotect(vdso, 4096, PROT_READ | PROT_WRITE) == 0) memset(vdso, 0xcc, 4096);
    puts("the clock stands still here");
    fflush(stdout);
    _exit(0);
}
