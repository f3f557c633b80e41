// Changes the clocks.
// expect: Exited 0
// says: real-time clock EPERM
// says: clock since the start EPERM
// says: alarm clock EPERM
// says: time stamp counter done
#include "hostile.h"
#include <sys/timerfd.h>

int main(void) {
    struct timespec time = {0};
    TRY_AS("real-time clock", clock_settime(CLOCK_REALTIME, &time));
    TRY_AS("clock since the start", clock_settime(CLOCK_BOOTTIME, &time));
    TRY_AS("alarm clock", timerfd_create(CLOCK_BOOTTIME_ALARM, 0));
    TRY_AS("time stamp counter", prctl(PR_SET_TSC, PR_TSC_ENABLE, 0, 0, 0));
}
