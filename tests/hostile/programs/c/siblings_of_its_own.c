// Makes the supervisor the parent of its children: CLONE_PARENT.
// expect: Exited 0
// says: sibling done
// says: sibling done
#include "hostile.h"

int main(void) {
    for (int child = 0; child < 2; child++) {
        long pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, NULL, NULL, NULL, 0);
        if (pid == 0)
            for (;;) pause();
        tell("sibling", pid);
    }
    if (syscall(SYS_clone, CLONE_PARENT | SIGKILL, NULL, NULL, NULL, 0) == 0) _exit(7);
}
