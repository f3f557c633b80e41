// System V's and POSIX's shared memory, semaphores and queues.
// expect: Exited 0
// says: shmget EPERM
// says: semget EPERM
// says: msgget EPERM
// says: shmat EPERM
// says: mq_open EPERM
// says: shm_open ENOENT
// says: queue by its path EMFILE
// says: queue listed 0
#include "hostile.h"
#include <mqueue.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

int main(void) {
    TRY_AS("shmget", shmget(4711, 4096, IPC_CREAT | 0666));
    TRY_AS("semget", semget(4711, 1, IPC_CREAT | 0666));
    TRY_AS("msgget", msgget(4711, IPC_CREAT | 0666));
    TRY_AS("shmat", shmat(0, NULL, 0) == (void *)-1 ? -1 : 0);
    TRY_AS("mq_open", mq_open("/canary", O_CREAT | O_RDWR, 0666, NULL));
    TRY_AS("shm_open", shm_open("/canary", O_CREAT | O_RDWR, 0666));
    TRY_AS("queue by its path", opening("/dev/mqueue/canary", O_CREAT | O_RDWR));
    printf("queue listed %ld\n", entries("/dev/mqueue"));
}
