// Starts threads that only wait, until it may not.
// expect: Exited 0
// says: 31 threads, then EAGAIN
#include "hostile.h"
#include <pthread.h>

static void *waiting(void *nothing) {
    pause();
    return nothing;
}

int main(void) {
    pthread_attr_t small;
    pthread_t thread;
    int threads = 0, error;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 65536);
    while ((error = pthread_create(&thread, &small, waiting, NULL)) == 0) threads++;
    printf("%d threads, then %s\n", threads, strerrorname_np(error));
}
