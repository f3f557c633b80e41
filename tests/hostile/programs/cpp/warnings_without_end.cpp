// A hundred thousand warnings: the candidate reads the first ones.
// expect: Exited 0
// says: compiled
#include "hostile.h"
#define ONE _Pragma("GCC warning \"a rather long warning, so that there is much to say about nothing at all\"")
#define TEN ONE ONE ONE ONE ONE ONE ONE ONE ONE ONE
#define HUNDRED TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN
HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED HUNDRED
int main() { puts("compiled"); }
