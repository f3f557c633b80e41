// Thirty threads use the processors at once: their time is added up.
// expect: CpuTimeExceeded
#include "hostile.h"
#include <pthread.h>

static void *spinning(void *nothing) {
    for (volatile int turn = 0;; turn++) {}
    return nothing;
}

int main(void) {
    pthread_t thread;
    for (int number = 0; number < 30; number++) pthread_create(&thread, NULL, spinning, NULL);
    spinning(NULL);
}
