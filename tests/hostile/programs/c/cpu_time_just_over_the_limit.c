// Ends by itself after its limit and before it would be killed: too slow all the same.
// expect: CpuTimeExceeded
#include "hostile.h"

int main(void) { use_cpu_ms(700); }
