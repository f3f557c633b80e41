// Includes bytes without end.
// expect: Rejected
// says: the compiler
#include </dev/random>
int main() {}
