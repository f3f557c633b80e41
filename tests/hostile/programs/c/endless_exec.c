// Becomes itself again and again: a new program has used no time yet.
// expect: CpuTimeExceeded
#include "hostile.h"

static void __attribute__((constructor(101))) again(void) {
    if (getenv("AGAIN") == NULL) return;
    char *argv[] = {"program", NULL};
    execve("/proc/self/exe", argv, environ);
}

int main(void) {
    putenv("AGAIN=1");
    again();
}
