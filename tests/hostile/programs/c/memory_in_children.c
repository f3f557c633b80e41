// Twelve small processes together are a large one.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    for (int child = 0; child < 12; child++)
        if (fork() == 0) {
            memset(malloc(16 * MIB), 1, 16 * MIB);
            pause();
        }
    pause();
}
