// Sends itself the signal by which the kernel tells of a time limit: it has used no time.
// expect: Signalled 24
#include "hostile.h"

int main(void) { raise(SIGXCPU); }
