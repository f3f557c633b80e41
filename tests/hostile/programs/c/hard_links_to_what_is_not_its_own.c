// Hard links would outlive the user they belong to.
// expect: Exited 0
// says: the program EXDEV
// says: the passwords EXDEV
// says: its input EXDEV
// says: its output EXDEV
// says: process 1 EXDEV
#include "hostile.h"

int main(void) {
    TRY_AS("the program", link("/box/program", "/tmp/program"));
    TRY_AS("the passwords", link("/etc/passwd", "/tmp/passwd"));
    TRY_AS("its input", linkat(AT_FDCWD, "/proc/self/fd/0", AT_FDCWD, "/tmp/in", AT_SYMLINK_FOLLOW));
    TRY_AS("its output", linkat(AT_FDCWD, "/proc/self/fd/1", AT_FDCWD, "/tmp/out", AT_SYMLINK_FOLLOW));
    TRY_AS("process 1", linkat(AT_FDCWD, "/proc/1/stat", AT_FDCWD, "/tmp/stat", 0));
}
