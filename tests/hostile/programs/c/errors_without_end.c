// A hundred megabytes of complaints: the head is kept, the rest is read and dropped, and no limit is broken.
// expect: Exited 0
// says: done
#include "hostile.h"

int main(void) {
    static char part[65536];
    for (int number = 0; number < 1600; number++)
        if (write(2, part, sizeof part) < 0) return 1;
    puts("done");
}
