// Reads what is not there.
// expect: Signalled 11
#include "hostile.h"

int main(void) { return *(volatile int *)8; }
