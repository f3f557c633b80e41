// Looks for descriptors that it should not have inherited.
// expect: Exited 0
// says: 0 open
// says: 1 open
// says: 2 open
#include "hostile.h"

int main(void) {
    for (int fd = 0; fd < 65536; fd++)
        if (fcntl(fd, F_GETFD) >= 0) printf("%d open\n", fd);
}
