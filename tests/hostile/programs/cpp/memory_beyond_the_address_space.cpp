// Asks for more than an address can say.
// expect: MemoryExceeded
#include "hostile.h"
#include <vector>

int main() { std::vector<char> all(std::size_t{1} << 62, 'x'); }
