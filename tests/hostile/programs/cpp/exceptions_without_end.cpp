// Throws while it catches while it throws.
// expect: CpuTimeExceeded
#include "hostile.h"

int main() {
    for (;;) {
        try {
            throw 1;
        } catch (int) {
        }
    }
}
