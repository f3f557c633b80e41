// Only the low byte of a status is one.
// expect: Exited 1
#include "hostile.h"

int main(void) { exit(257); }
