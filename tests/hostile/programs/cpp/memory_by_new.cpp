// Takes memory until the library says that there is none.
// expect: MemoryExceeded
#include "hostile.h"
#include <vector>

int main() {
    std::vector<std::vector<char>> all;
    for (;;) all.emplace_back(1 << 20, 'x');
}
