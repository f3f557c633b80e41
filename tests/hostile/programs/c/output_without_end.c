// Writes for ever.
// expect: OutputExceeded
#include "hostile.h"

int main(void) {
    static char part[65536];
    for (;;)
        if (write(1, part, sizeof part) < 0) return 1;
}
