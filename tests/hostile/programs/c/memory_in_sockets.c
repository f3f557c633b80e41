// Fills the buffers of socket pairs.
// expect: MemoryExceeded
#include "hostile.h"
#include <sys/socket.h>

int main(void) {
    static char part[65536];
    for (int child = 0; child < 16; child++)
        if (fork() == 0) {
            for (int both[2]; socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, both) == 0;)
                for (int side = 0; side < 2; side++) {
                    int size = 16 * MIB;
                    setsockopt(both[side], SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
                    while (send(both[side], part, sizeof part, 0) > 0) {}
                }
            pause();
        }
    pause();
}
