// Asks while compiling which files there are: nothing of the judge's is in the container.
// expect: Exited 0
// says: 0
#include "hostile.h"

static constexpr int found = 0
#if __has_include("/box/answer") || __has_include("/box/1.ans") || __has_include("/box/data/secret/1.ans")
    + 2
#endif
#if __has_include("/var/run/docker.sock")
    + 4
#endif
    ;

int main() { printf("%d\n", found); }
