// A socket of each of the kernel's families and kinds, alone and in pairs; only the local ones there may be.
// expect: Exited 0
// says: family 1 type 1: socket
// says: family 1 type 1: pair
// says: family 1 type 2: socket
// says: family 1 type 2: pair
// says: family 1 type 3: socket
// says: family 1 type 3: pair
// says: family 1 type 5: socket
// says: family 1 type 5: pair
// says: the others EPERM
#include "hostile.h"
#include <sys/socket.h>

int main(void) {
    int both[2], strange = 0;
    for (int family = 0; family < 64; family++)
        for (int type = 1; type < 11; type++) {
            errno = 0;
            if (socket(family, type, 0) >= 0) printf("family %d type %d: socket\n", family, type);
            else strange += errno != EPERM && family != AF_UNIX;
            if (socketpair(family, type, 0, both) == 0) printf("family %d type %d: pair\n", family, type);
        }
    puts(strange ? "the others differ" : "the others EPERM");
}
