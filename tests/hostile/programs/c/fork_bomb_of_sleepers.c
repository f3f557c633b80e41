// Forks children that only wait, until it may not.
// expect: Exited 0
// says: 31 children, then EAGAIN
#include "hostile.h"

int main(void) {
    int children = 0;
    for (pid_t pid; (pid = fork()) >= 0; children++)
        if (pid == 0) pause();
    printf("%d children, then %s\n", children, strerrorname_np(errno));
}
