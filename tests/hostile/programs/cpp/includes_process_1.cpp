// Includes the supervisor's environment.
// expect: Rejected
// says: Permission denied
#include "/proc/1/environ"
int main() {}
