// Its own SIGKILL is its own fault and nobody's limit.
// expect: Signalled 9
#include "hostile.h"

int main(void) { raise(SIGKILL); }
