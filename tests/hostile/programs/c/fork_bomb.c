// Forks for ever, whatever the answer.
// expect: CpuTimeExceeded
#include "hostile.h"

int main(void) {
    for (;;) fork();
}
