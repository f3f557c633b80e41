// Opens until it may not: files, epolls, event counters, timers.
// expect: Exited 0
// says: EMFILE
// says: EMFILE
// says: EMFILE
// says: EMFILE
#include "hostile.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/timerfd.h>

static void until_refused(int kind) {
    if (fork() == 0) {
        for (int fd = 0; fd >= 0;)
            fd = kind == 0 ? open("/dev/null", O_RDONLY)
                : kind == 1 ? epoll_create1(0)
                : kind == 2 ? eventfd(0, 0)
                            : timerfd_create(CLOCK_MONOTONIC, 0);
        puts(strerrorname_np(errno));
        fflush(stdout);
        _exit(0);
    }
    wait(NULL);
}

int main(void) {
    for (int kind = 0; kind < 4; kind++) until_refused(kind);
}
