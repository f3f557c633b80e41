// Lifts the limits that it was given.
// expect: Exited 0
// says: processes EPERM
// says: descriptors EPERM
// says: CPU EPERM
// says: core EPERM
// says: queues EPERM
// says: stack EPERM
// says: nice EPERM
// says: real time EPERM
// says: priority EACCES
// says: FIFO EPERM
// says: attributes EPERM
// says: oom score EACCES
#include "hostile.h"

static int lift(int which) {
    struct rlimit more = {RLIM_INFINITY, RLIM_INFINITY};
    return setrlimit((__rlimit_resource_t)which, &more);
}

int main(void) {
    struct sched_param highest = {.sched_priority = 99};
    char attributes[64] = {64};
    TRY_AS("processes", lift(RLIMIT_NPROC));
    TRY_AS("descriptors", lift(RLIMIT_NOFILE));
    TRY_AS("CPU", lift(RLIMIT_CPU));
    TRY_AS("core", lift(RLIMIT_CORE));
    TRY_AS("queues", lift(RLIMIT_MSGQUEUE));
    TRY_AS("stack", lift(RLIMIT_STACK));
    TRY_AS("nice", lift(RLIMIT_NICE));
    TRY_AS("real time", lift(RLIMIT_RTPRIO));
    TRY_AS("priority", setpriority(PRIO_PROCESS, 0, -5));
    TRY_AS("FIFO", sched_setscheduler(0, SCHED_FIFO, &highest));
    TRY_AS("attributes", syscall(SYS_sched_setattr, 0, attributes, 0));
    int score = open("/proc/self/oom_score_adj", O_WRONLY);
    TRY_AS("oom score", write(score, "-1000", 5));
}
