// Each child holds its parent in vfork, and the last one sleeps.
// expect: WallTimeExceeded
#include "hostile.h"

static void __attribute__((noinline)) deeper(int depth) {
    if (depth == 20) pause();
    if (vfork() == 0) {
        deeper(depth + 1);
        _exit(0);
    }
}

int main(void) { deeper(0); }
