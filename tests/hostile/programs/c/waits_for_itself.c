// Waits for a lock that only it could open.
// expect: WallTimeExceeded
#include "hostile.h"
#include <pthread.h>

int main(void) {
    pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    pthread_mutex_lock(&lock);
    pthread_mutex_lock(&lock);
}
