// Ends in the middle of a forged frame that announces a gigabyte more.
// expect: Exited 0
// says: b"\xff\xff\xff\x3fD"
#include "hostile.h"

int main(void) {
    (void)!write(2, "\xff\xff\xff\x3f" "E", 5);
    (void)!write(1, "\xff\xff\xff\x3f" "D", 5);
}
