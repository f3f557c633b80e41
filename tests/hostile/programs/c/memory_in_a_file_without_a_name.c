// memfd: memory that belongs to no process.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    int fd = memfd_create("hidden", 0);
    static char part[MIB];
    for (;;)
        if (write(fd, part, sizeof part) < 0) return 1;
}
