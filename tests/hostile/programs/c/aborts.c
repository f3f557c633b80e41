// Aborts, and asks for a core dump before.
// expect: Signalled 6
#include "hostile.h"

int main(void) {
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_CORE, &all);
    prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
    abort();
}
