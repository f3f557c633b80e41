// Keeps a secret in the kernel's keyrings for the next case.
// expect: Exited 0
// says: add_key to the session EPERM
// says: add_key to the user EPERM
// says: request_key EPERM
// says: keyctl EPERM
// says: join EPERM
// says: /proc/keys 0
#include "hostile.h"

int main(void) {
    TRY_AS("add_key to the session", syscall(SYS_add_key, "user", "canary", "x", 1, -3));
    TRY_AS("add_key to the user", syscall(SYS_add_key, "user", "canary", "x", 1, -4));
    TRY_AS("request_key", syscall(SYS_request_key, "user", "canary", NULL, -3));
    TRY_AS("keyctl", syscall(SYS_keyctl, 0, -3, 1));
    TRY_AS("join", syscall(SYS_keyctl, 1, "shared"));
    printf("/proc/keys %ld\n", lines_in("/proc/keys"));
}
