// Endless recursion: it has address space for a stack of a gigabyte, not memory.
// expect: MemoryExceeded
#include "hostile.h"

static int deeper(volatile char *before) {
    volatile char page[4096];
    page[0] = before[0];
    return deeper(page) + page[1];
}

int main(void) {
    char first = 1;
    return deeper(&first);
}
