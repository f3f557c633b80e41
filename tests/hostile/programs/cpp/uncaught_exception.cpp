// An exception that nobody catches is no lack of memory, whatever it is called.
// expect: Signalled 6
#include "hostile.h"
#include <stdexcept>

int main() { throw std::runtime_error("bad_alloc"); }
