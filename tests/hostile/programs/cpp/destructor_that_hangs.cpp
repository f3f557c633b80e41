// Ends, but not quite.
// expect: WallTimeExceeded
#include "hostile.h"

static struct Last {
    ~Last() {
        for (;;) pause();
    }
} last;

int main() {}
