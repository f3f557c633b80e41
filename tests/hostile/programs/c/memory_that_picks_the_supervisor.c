// Stays small, gives up its place as the first to be killed, and takes memory that no process is charged for.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    int score = open("/proc/self/oom_score_adj", O_WRONLY);
    if (write(score, "0", 1) != 1) return 1;
    int fd = memfd_create("hidden", 0);
    for (off_t at = 0;; at += 4096)
        if (fallocate(fd, 0, at, 4096) != 0) return 2;
}
