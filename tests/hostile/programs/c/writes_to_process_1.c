// Changes what the kernel knows about the supervisor.
// expect: Exited 0
// says: mem EACCES
// says: comm EACCES
// says: oom_score_adj EACCES
// says: coredump_filter EACCES
// says: clear_refs EACCES
// says: timerslack_ns EPERM
// says: uid_map EACCES
// says: setgroups EACCES
// says: sched EACCES
// says: fd/1 EACCES
#include "hostile.h"

int main(void) {
    const char *names[] = {"mem",     "comm",      "oom_score_adj", "coredump_filter", "clear_refs", "timerslack_ns",
                           "uid_map", "setgroups", "sched",         "fd/1"};
    char path[64];
    for (size_t number = 0; number < sizeof names / sizeof *names; number++) {
        snprintf(path, sizeof path, "/proc/1/%s", names[number]);
        errno = 0;
        int fd = open(path, O_WRONLY | O_NONBLOCK);
        tell(names[number], fd < 0 ? -1 : write(fd, "1", 1));
    }
}
