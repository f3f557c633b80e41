// Twenty children write a little each; together it is too much.
// expect: OutputExceeded
#include "hostile.h"

int main(void) {
    static char part[16 << 10];
    for (int child = 0; child < 20; child++)
        if (fork() == 0) {
            (void)!write(1, part, sizeof part);
            _exit(0);
        }
    while (wait(NULL) > 0) {}
}
