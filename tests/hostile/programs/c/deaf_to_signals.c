// Blocks and ignores every signal that can be, and spins.
// expect: CpuTimeExceeded
#include "hostile.h"

int main(void) {
    sigset_t all;
    for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
    sigfillset(&all);
    sigprocmask(SIG_BLOCK, &all, NULL);
    for (volatile int turn = 0;; turn++) {}
}
