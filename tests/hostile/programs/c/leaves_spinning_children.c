// Ends at once and leaves thirty children, each forking on.
// expect: Exited 0
// says: left
#include "hostile.h"

int main(void) {
    for (int child = 0; child < 10; child++)
        if (fork() == 0)
            for (;;) fork();
    nap(50);
    puts("left");
}
