// Takes the supervisor's place as the one to whom orphans go, and does not wait for them.
// expect: Exited 0
// says: PR_SET_CHILD_SUBREAPER done
// says: the orphan is ours
#include "hostile.h"

int main(void) {
    TRY_AS("PR_SET_CHILD_SUBREAPER", prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0));
    for (int child = 0; child < 10; child++)
        if (fork() == 0) {
            if (fork() == 0) pause();
            _exit(0);
        }
    if (fork() == 0) {
        pid_t mother = getppid();
        if (fork() == 0) {
            while (getppid() == getpgrp() ? 0 : 1) nap(1);
            puts(getppid() == mother ? "the orphan is ours" : "the orphan is lost");
            fflush(stdout);
            _exit(0);
        }
        _exit(0);
    }
    nap(100);
}
