// The first process sleeps while a daemon that it no longer knows uses the processor.
// expect: CpuTimeExceeded
#include "hostile.h"

int main(void) {
    if (fork() == 0) {
        setsid();
        if (fork() == 0)
            for (volatile int turn = 0;; turn++) {}
        _exit(0);
    }
    for (;;) pause();
}
