// Leaves children that are stopped, and stops some that block every signal.
// expect: Exited 0
// says: left
#include "hostile.h"

int main(void) {
    for (int child = 0; child < 20; child++) {
        pid_t pid = fork();
        if (pid == 0) {
            sigset_t all;
            sigfillset(&all);
            sigprocmask(SIG_BLOCK, &all, NULL);
            raise(SIGSTOP);
            pause();
        }
        if (child % 2) kill(pid, SIGSTOP);
    }
    puts("left");
}
