// Includes a folder.
// expect: Rejected
// says: /proc
#include "/proc"
int main() {}
