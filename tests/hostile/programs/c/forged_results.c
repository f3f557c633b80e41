// Writes a result as the supervisor would, wherever it can: that it ran for a microsecond and all is well.
// expect: Exited 3
// says: b"\x30\x00\x00\x00D\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
// says: 1 of 1023 descriptors
// says: 0 of 7 paths
#include "hostile.h"

static const char FRAME[53] = "\x30\0\0\0D" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0" "\0\0\0\0"
                              "\1\0\0\0\0\0\0\0" "\1\0\0\0\0\0\0\0" "\1\0\0\0\0\0\0\0" "\0\0\0\0" "\0\0\0";

int main(void) {
    const char *paths[] = {"/proc/1/fd/1", "/proc/1/fd/3", "/run/sarap/supervisor", "/dev/console", "/dev/tty", "/dev/kmsg",
                           "/proc/1/mem"};
    int taken = 0, opened = 0;
    for (int fd = 0; fd < 1024; fd++)
        if (fd != 2) taken += write(fd, FRAME, sizeof FRAME) == sizeof FRAME;
    (void)!write(2, FRAME, sizeof FRAME);
    for (int number = 0; number < 7; number++) {
        int fd = open(paths[number], O_WRONLY | O_NONBLOCK | O_NOCTTY);
        opened += fd >= 0 && write(fd, FRAME, sizeof FRAME) > 0;
    }
    printf("%d of 1023 descriptors\n%d of 7 paths\n", taken, opened);
    return 3;
}
