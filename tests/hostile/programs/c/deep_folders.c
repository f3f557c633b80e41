// Folders in folders, deeper than any path may be long, closed behind it.
// expect: Exited 0
// says: mkdir ENOSPC
#include "hostile.h"

int main(void) {
    chdir("/tmp");
    while (mkdir("d", 0700) == 0) chdir("d");
    int error = errno;
    for (int up = 0; up < 4000; up++)
        if (chmod(".", 0) != 0 || chdir("..") != 0) break;
    errno = error;
    tell("mkdir", -1);
}
