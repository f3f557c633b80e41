// Takes memory and uses it.
// expect: MemoryExceeded
#include "hostile.h"

int main(void) {
    for (;;) memset(malloc(MIB), 1, MIB);
}
