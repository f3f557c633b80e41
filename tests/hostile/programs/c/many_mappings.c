// As many mappings as there may be.
// expect: Exited 0
// says: ENOMEM
#include "hostile.h"

int main(void) {
    char *space = mmap(NULL, 1ul << 30, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    for (size_t at = 0; at < 1ul << 30; at += 8192)
        if (mprotect(space + at, 4096, PROT_READ) != 0) break;
    puts(strerrorname_np(errno));
}
