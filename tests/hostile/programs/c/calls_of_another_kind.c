// Calls the kernel as a 32-bit program would, where other numbers mean other things.
// expect: Signalled 31
#include "hostile.h"

int main(void) {
#ifdef __x86_64__
    long answer;
    __asm__ volatile("int $0x80" : "=a"(answer) : "a"(20), "b"(0), "c"(0), "d"(0) : "memory");
    printf("%ld\n", answer);
#else
    raise(SIGSYS);
#endif
}
