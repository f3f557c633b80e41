// Symbolic links to what is not its own, in the place and under the names that the wiping uses.
// expect: Exited 0
// says: /box/program is there
#include "hostile.h"

int main(void) {
    const char *targets[] = {"/", "/box", "/box/program", "/etc/passwd", "/proc/1/root", "/proc/self/fd/0", "loop", "/tmp"};
    char name[64];
    chdir("/tmp");
    symlink("loop", "loop");
    for (int number = 0; number < 8; number++) {
        snprintf(name, sizeof name, ".wipe-%d", number);
        symlink(targets[number], name);
        snprintf(name, sizeof name, "d%d", number);
        mkdir(name, 0700), chdir(name);
        mkdir(".wipe-0", 0), symlink(targets[number], ".wipe-1"), link("../loop", ".wipe-2");
        chdir("..");
    }
    puts(access("/box/program", X_OK) == 0 ? "/box/program is there" : "/box/program is gone");
}
