// Opens its own streams anew, the other way round: it could take back what it wrote, or change what it is given.
// expect: Exited 0
// says: reads its output EACCES
// says: reads its errors EACCES
// says: writes its input EPERM
#include "hostile.h"

int main(void) {
    TRY_AS("reads its output", opening("/proc/self/fd/1", O_RDONLY));
    TRY_AS("reads its errors", opening("/proc/self/fd/2", O_RDONLY));
    TRY_AS("writes its input", opening("/proc/self/fd/0", O_RDWR | O_TRUNC));
}
