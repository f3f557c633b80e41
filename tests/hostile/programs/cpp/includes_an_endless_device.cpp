// Includes zeros without end.
// expect: Rejected
#include "/dev/zero"
int main() {}
