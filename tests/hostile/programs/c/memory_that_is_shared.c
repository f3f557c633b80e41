// An anonymous shared mapping, which no single process is charged for.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    size_t size = 1ul << 30;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    for (size_t at = 0; at < size; at += 4096) memory[at] = 1;
}
