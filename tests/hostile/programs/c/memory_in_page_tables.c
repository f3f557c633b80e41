// Reads one byte in every 2 MiB of many terabytes: the pages are all the same, their tables are not.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    size_t step = 1ul << 21, size = 1ul << 40;
    for (int part = 0; part < 32; part++) {
        volatile char *space =
            mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (space == MAP_FAILED) return 1;
        madvise((void *)space, size, MADV_NOHUGEPAGE);
        for (size_t at = 0; at < size; at += step) (void)space[at];
    }
}
