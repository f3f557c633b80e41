// Fills /tmp, which has a size; what is there is its memory too.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    static char part[MIB];
    for (int number = 0, fd = open("/tmp/full", O_CREAT | O_WRONLY, 0600); number < 60; number++)
        if (write(fd, part, sizeof part) < 0) return 1;
    for (;;) memset(malloc(MIB), 1, MIB);
}
