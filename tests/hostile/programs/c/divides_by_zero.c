// Divides by zero.
// expect: Signalled 8
#include "hostile.h"

int main(void) {
    volatile int zero = 0;
    return 100 / zero;
}
