// Its first thread ends and leaves a zombie in front; another thread spins on.
// expect: CpuTimeExceeded
#include "hostile.h"
#include <pthread.h>

static void *spinning(void *nothing) {
    for (volatile int turn = 0;; turn++) {}
    return nothing;
}

int main(void) {
    pthread_t thread;
    pthread_create(&thread, NULL, spinning, NULL);
    syscall(SYS_exit, 0);
}
