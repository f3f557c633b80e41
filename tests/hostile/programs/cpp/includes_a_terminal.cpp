// Includes what nobody will ever type: the compiler waits without using any time.
// expect: Rejected
// says: the compiler waited
#include "/dev/ptmx"
int main() {}
