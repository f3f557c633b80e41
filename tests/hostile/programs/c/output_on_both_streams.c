// Floods both streams at once.
// expect: OutputExceeded
#include "hostile.h"

int main(void) {
    static char part[65536];
    if (fork() == 0)
        for (;;) (void)!write(2, part, sizeof part);
    for (;;) {
        (void)!write(1, part, 512);
        nap(1);
    }
}
