// A file of many terabytes with one byte at its end.
// expect: Exited 0
// says: ftruncate done
// says: pwrite done
#include "hostile.h"

int main(void) {
    int fd = open("/tmp/sparse", O_CREAT | O_RDWR, 0600);
    TRY_AS("ftruncate", ftruncate(fd, 1l << 62));
    TRY_AS("pwrite", pwrite(fd, "x", 1, (1l << 62) - 2));
}
