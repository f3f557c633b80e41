// Uses its time in children that nobody waits for, a little in each.
// expect: CpuTimeExceeded
#include "hostile.h"

int main(void) {
    signal(SIGCHLD, SIG_IGN);
    for (;;) {
        if (fork() == 0) {
            use_cpu_ms(5);
            _exit(0);
        }
        nap(5);
    }
}
