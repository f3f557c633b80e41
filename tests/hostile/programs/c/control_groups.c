// Writes to the files by which its own limits are set, and makes a group of its own.
// expect: Exited 0
// says: 0 files written, 0 groups made
#include "hostile.h"
#include <ftw.h>

static int written, made;

static int visit(const char *path, const struct stat *about, int kind, struct FTW *where) {
    (void)about, (void)where;
    if (kind == FTW_D) {
        char inner[4096];
        snprintf(inner, sizeof inner, "%s/planted", path);
        made += mkdir(inner, 0700) == 0;
    } else {
        int fd = open(path, O_WRONLY);
        if (fd >= 0) written += write(fd, "9999999999", 10) > 0, close(fd);
    }
    return 0;
}

int main(void) {
    nftw("/sys/fs/cgroup", visit, 32, FTW_PHYS);
    printf("%d files written, %d groups made\n", written, made);
}
