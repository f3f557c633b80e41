// Its own timer ends it: that is no time limit.
// expect: Signalled 27
#include "hostile.h"

int main(void) {
    struct itimerval soon = {.it_value = {.tv_usec = 20000}};
    setitimer(ITIMER_PROF, &soon, NULL);
    for (volatile int turn = 0;; turn++) {}
}
