// Closes all three streams and waits: nobody is told by that.
// expect: WallTimeExceeded
#include "hostile.h"

int main(void) {
    close(0), close(1), close(2);
    for (;;) pause();
}
