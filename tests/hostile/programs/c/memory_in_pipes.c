// Fills pipes until the kernel gives no more of them, and takes the rest as memory.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    static char part[MIB];
    for (int child = 0; child < 8; child++)
        if (fork() == 0) {
            for (int both[2]; pipe2(both, O_NONBLOCK) == 0;) {
                fcntl(both[1], F_SETPIPE_SZ, MIB);
                while (write(both[1], part, sizeof part) > 0) {}
            }
            pause();
        }
    nap(200);
    for (int taken = 0; taken < 60; taken++) memset(malloc(MIB), 1, MIB);
    pause();
}
