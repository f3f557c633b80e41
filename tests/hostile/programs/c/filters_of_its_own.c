// Puts a filter of its own over its calls: everything succeeds, nothing happens. Only it is deceived.
// expect: Exited 5
// says: filter done
// says: socket done
// says: setuid done
#include "hostile.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/socket.h>

int main(void) {
    struct sock_filter lines[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_setuid, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 0),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {4, lines};
    TRY_AS("filter", prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0));
    TRY_AS("socket", socket(AF_UNIX, SOCK_STREAM, 0));
    TRY_AS("setuid", syscall(SYS_setuid, 0));
    return getuid() == 0 ? 0 : 5;
}
