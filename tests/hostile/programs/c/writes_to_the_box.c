// Changes its own program, or lays another beside it.
// expect: Exited 0
// says: write EACCES
// says: create EACCES
// says: remove EACCES
// says: replace EACCES
// says: mode EPERM
// says: owner EPERM
// says: times EPERM
// says: folder EPERM
// says: truncate EACCES
#include "hostile.h"

int main(void) {
    close(open("/tmp/other", O_CREAT | O_WRONLY, 0700));
    TRY_AS("write", opening("/box/program", O_WRONLY));
    TRY_AS("create", opening("/box/planted", O_CREAT | O_WRONLY));
    TRY_AS("remove", unlink("/box/program"));
    TRY_AS("replace", rename("/box/program", "/box/old"));
    TRY_AS("mode", chmod("/box/program", 0777));
    TRY_AS("owner", chown("/box/program", getuid(), getgid()));
    struct timespec times[2] = {{0}, {0}};
    TRY_AS("times", utimensat(AT_FDCWD, "/box/program", times, 0));
    TRY_AS("folder", chmod("/box", 0777));
    TRY_AS("truncate", truncate("/box/program", 0));
}
