// Turns off what makes attacks on itself hard, and asks for what older systems allowed.
// expect: Exited 0
// says: no randomness EPERM
// says: read implies exec EPERM
// says: another version EPERM
// says: a 32-bit machine EPERM
// says: page zero EPERM
#include "hostile.h"

int main(void) {
    TRY_AS("no randomness", personality(ADDR_NO_RANDOMIZE));
    TRY_AS("read implies exec", personality(READ_IMPLIES_EXEC));
    TRY_AS("another version", personality(UNAME26));
    TRY_AS("a 32-bit machine", personality(PER_LINUX32));
    TRY_AS("page zero", mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED ? -1 : 0);
}
