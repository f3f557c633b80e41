// Changes the supervisor's limits, priority and processors.
// expect: Exited 0
// says: prlimit EPERM
// says: nice EPERM
// says: affinity EPERM
// says: group ESRCH
// says: ioprio EPERM
// says: scheduler EPERM
#include "hostile.h"

int main(void) {
    struct rlimit none = {0, 0};
    struct sched_param highest = {.sched_priority = 99};
    cpu_set_t first;
    CPU_ZERO(&first);
    CPU_SET(0, &first);
    TRY_AS("prlimit", prlimit(1, RLIMIT_NOFILE, &none, NULL));
    TRY_AS("nice", setpriority(PRIO_PROCESS, 1, 19));
    TRY_AS("affinity", sched_setaffinity(1, sizeof first, &first));
    TRY_AS("group", setpgid(1, 0));
    TRY_AS("ioprio", syscall(SYS_ioprio_set, 1, 1, 0));
    TRY_AS("scheduler", sched_setscheduler(1, SCHED_FIFO, &highest));
}
