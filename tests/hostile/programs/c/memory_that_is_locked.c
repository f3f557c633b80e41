// Locks memory beyond what a user may, and then all that is to come.
// expect: Exited 0
// says: mlock ENOMEM
// says: mlockall ENOMEM
// says: RLIMIT_MEMLOCK EPERM
#include "hostile.h"

int main(void) {
    char *memory = mmap(NULL, 32 * MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct rlimit all = {RLIM_INFINITY, RLIM_INFINITY};
    TRY_AS("mlock", mlock(memory, 32 * MIB));
    TRY_AS("mlockall", mlockall(MCL_CURRENT | MCL_FUTURE));
    TRY_AS("RLIMIT_MEMLOCK", setrlimit(RLIMIT_MEMLOCK, &all));
}
