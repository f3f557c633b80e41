// Calls the kernel by its third interface, whose numbers no list names.
// expect: Signalled 31
#include "hostile.h"

int main(void) {
#ifdef __x86_64__
    TRY_AS("getpid", syscall(0x40000000 | 39));
#else
    raise(SIGSYS);
#endif
}
