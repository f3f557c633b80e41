// Stops itself: a stopped program uses no time and does not end.
// expect: WallTimeExceeded
#include "hostile.h"

int main(void) { raise(SIGSTOP); }
