// /tmp ends before the memory does.
// expect: Exited 0
// says: ENOSPC after 64 MiB
// limits: memory_mib=256
#include "hostile.h"

int main(void) {
    static char part[MIB];
    int fd = open("/tmp/full", O_CREAT | O_WRONLY, 0600), parts = 0;
    while (write(fd, part, sizeof part) == sizeof part) parts++;
    printf("%s after %d MiB\n", strerrorname_np(errno), parts);
}
