// Sleeps.
// expect: WallTimeExceeded
#include "hostile.h"

int main(void) { sleep(1000); }
