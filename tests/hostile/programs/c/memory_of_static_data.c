// Static data that would fill a gigabyte.
// expect: MemoryExceeded
#include "hostile.h"

static char data[1 << 30];

int main(void) {
    memset(data, 1, sizeof data);
    return data[12345];
}
