// Looks into the supervisor: its memory, its descriptors, its folders, its names for things.
// expect: Exited 0
// says: mem EACCES
// says: environ EACCES
// says: maps EACCES
// says: auxv EACCES
// says: io EACCES
// says: stack EACCES
// says: syscall EACCES
// says: fd EACCES
// says: fd/0 EACCES
// says: fdinfo EACCES
// says: map_files EACCES
// says: root/etc EACCES
// says: cwd EACCES
// says: exe EACCES
// says: ns/pid EACCES
// says: ns/mnt EACCES
// says: pagemap EACCES
// says: task/1/mem EACCES
#include "hostile.h"

int main(void) {
    const char *names[] = {"mem",       "environ",  "maps", "auxv", "io",     "stack",  "syscall", "fd",        "fd/0",
                           "fdinfo",    "map_files", "root/etc", "cwd", "exe", "ns/pid", "ns/mnt",  "pagemap", "task/1/mem"};
    char path[64], text[4096];
    for (size_t number = 0; number < sizeof names / sizeof *names; number++) {
        snprintf(path, sizeof path, "/proc/1/%s", names[number]);
        errno = 0;
        int fd = open(path, O_RDONLY | O_NONBLOCK);
        tell(names[number], fd < 0 ? -1 : entries(path) ? 1 : read(fd, text, sizeof text));
    }
}
