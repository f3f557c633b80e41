// As many files as there may be, each with links.
// expect: Exited 0
// says: ENOSPC after 4095 entries
#include "hostile.h"

int main(void) {
    char name[64];
    int count = 0;
    chdir("/tmp");
    for (;; count++) {
        snprintf(name, sizeof name, "%d", count);
        int fd = open(name, O_CREAT | O_WRONLY, 0);
        if (fd < 0) break;
        close(fd);
    }
    printf("%s after %d entries\n", strerrorname_np(errno), count);
}
