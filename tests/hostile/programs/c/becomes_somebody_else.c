// Takes another user: root, the compiler's, the next case's.
// expect: Exited 0
// says: setuid(0) refused
// says: setgid(0) refused
// says: setresuid(10000) refused
// says: setresgid(10000) refused
// says: setreuid(20000) refused
// says: setresuid(59999) refused
// says: setgroups refused
// says: setfsuid refused
// says: capset refused
// says: chroot refused
// says: ambient refused
// says: securebits refused
#include "hostile.h"
#include <grp.h>
#include <linux/capability.h>

int main(void) {
    gid_t root = 0;
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    if (getuid() == 20000 || getuid() == 59999) return 1; /* once in twenty thousand runs */
    REFUSED("setuid(0)", setuid(0));
    REFUSED("setgid(0)", setgid(0));
    REFUSED("setresuid(10000)", setresuid(10000, 10000, 10000));
    REFUSED("setresgid(10000)", setresgid(10000, 10000, 10000));
    REFUSED("setreuid(20000)", setreuid(20000, 20000));
    REFUSED("setresuid(59999)", setresuid(59999, 59999, 59999));
    REFUSED("setgroups", setgroups(1, &root));
    REFUSED("setfsuid", syscall(SYS_setfsuid, 0));
    REFUSED("capset", syscall(SYS_capset, &head, all));
    REFUSED("chroot", chroot("/tmp"));
    REFUSED("ambient", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SETUID, 0, 0));
    REFUSED("securebits", prctl(PR_SET_SECUREBITS, 1, 0, 0, 0));
}
