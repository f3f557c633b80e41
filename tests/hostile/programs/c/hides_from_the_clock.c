// Takes a name that confuses readers of /proc, is not dumpable, and waits.
// expect: WallTimeExceeded
#include "hostile.h"

int main(void) {
    prctl(PR_SET_NAME, ") R 1 (\n 9999");
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    for (;;) pause();
}
