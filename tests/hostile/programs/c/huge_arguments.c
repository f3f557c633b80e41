// Starts itself with an argument that is too long, and with too many.
// expect: Exited 0
// says: one E2BIG
// says: many E2BIG
#include "hostile.h"

int main(void) {
    static char large[256 << 10], *many[200002], *none[] = {NULL};
    memset(large, 'x', sizeof large - 1);
    char *one[] = {"program", large, NULL};
    TRY_AS("one", execve("/proc/self/exe", one, none));
    large[100] = 0;
    for (int number = 0; number < 200000; number++) many[number] = large;
    TRY_AS("many", execve("/proc/self/exe", many, many));
}
