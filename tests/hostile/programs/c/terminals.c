// Types on a terminal that is not there, and on one of its own making.
// expect: Exited 0
// says: TIOCSTI on input ENOTTY
// says: TIOCSTI on output ENOTTY
// says: TIOCLINUX ENOTTY
// says: TIOCSCTTY ENOTTY
// says: /dev/tty ENXIO
// says: /dev/console ENOENT
#include "hostile.h"
#include <sys/ioctl.h>

int main(void) {
    TRY_AS("TIOCSTI on input", ioctl(0, TIOCSTI, "x"));
    TRY_AS("TIOCSTI on output", ioctl(1, TIOCSTI, "x"));
    TRY_AS("TIOCLINUX", ioctl(1, TIOCLINUX, "\3"));
    TRY_AS("TIOCSCTTY", ioctl(0, TIOCSCTTY, 1));
    TRY_AS("/dev/tty", opening("/dev/tty", O_RDWR));
    TRY_AS("/dev/console", opening("/dev/console", O_RDWR));
}
