// Has the kernel fill its output: splice from a device that never ends, sendfile, and a pipe of a megabyte.
// expect: OutputExceeded
#include "hostile.h"
#include <sys/sendfile.h>

int main(void) {
    int zeros = open("/dev/zero", O_RDONLY), file = memfd_create("zeros", 0);
    fcntl(1, F_SETPIPE_SZ, MIB);
    ftruncate(file, 1l << 40);
    for (;;) {
        splice(zeros, NULL, 1, NULL, 1 << 20, 0);
        lseek(file, 0, SEEK_SET);
        sendfile(1, file, NULL, 1 << 30);
    }
}
