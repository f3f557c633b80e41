// A child whose end sends its parent SIGKILL; when the parent is gone, that would be process 1.
// expect: Exited 0
// says: left
#include "hostile.h"

int main(void) {
    if (fork() == 0) {
        for (int child = 0; child < 5; child++)
            if (syscall(SYS_clone, SIGKILL, NULL, NULL, NULL, 0) == 0) {
                nap(30);
                _exit(0);
            }
        _exit(0);
    }
    wait(NULL);
    nap(100);
    puts("left");
}
