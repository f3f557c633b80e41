// Its input is sealed: nobody changes it, neither for itself nor for who might read it after.
// expect: Exited 0
// says: write EPERM
// says: pwrite EPERM
// says: truncate EPERM
// says: punch EPERM
// says: map EPERM
// says: seals EPERM
// says: mode EPERM
#include "hostile.h"

int main(void) {
    TRY_AS("write", write(0, "forged", 6));
    TRY_AS("pwrite", pwrite(0, "forged", 6, 0));
    TRY_AS("truncate", ftruncate(0, 0));
    TRY_AS("punch", fallocate(0, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 4096));
    TRY_AS("map", mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0) == MAP_FAILED ? -1 : 0);
    TRY_AS("seals", fcntl(0, F_ADD_SEALS, F_SEAL_EXEC));
    TRY_AS("mode", fchmod(0, 0777));
}
