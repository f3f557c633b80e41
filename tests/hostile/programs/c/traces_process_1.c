// Becomes the supervisor's debugger, or reads and writes its memory.
// expect: Exited 0
// says: attach EPERM
// says: seize EPERM
// says: traceme EPERM
// says: readv EPERM
// says: writev EPERM
// says: pidfd_getfd EPERM
// says: process_madvise EPERM
// says: process_mrelease EPERM
// says: kcmp EPERM
// says: move_pages EPERM
// says: migrate_pages EPERM
// says: get_robust_list EPERM
#include "hostile.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

int main(void) {
    char bytes[8];
    struct iovec here = {bytes, 8}, there = {(void *)0x400000, 8};
    void *list;
    size_t size;
    int pidfd = (int)syscall(SYS_pidfd_open, 1, 0);
    TRY_AS("attach", syscall(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0));
    TRY_AS("seize", syscall(SYS_ptrace, PTRACE_SEIZE, 1, 0, 0));
    TRY_AS("traceme", syscall(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0));
    TRY_AS("readv", process_vm_readv(1, &here, 1, &there, 1, 0));
    TRY_AS("writev", process_vm_writev(1, &here, 1, &there, 1, 0));
    TRY_AS("pidfd_getfd", syscall(SYS_pidfd_getfd, pidfd, 0, 0));
    TRY_AS("process_madvise", syscall(SYS_process_madvise, pidfd, &there, 1, MADV_COLD, 0));
    TRY_AS("process_mrelease", syscall(SYS_process_mrelease, pidfd, 0));
    TRY_AS("kcmp", syscall(SYS_kcmp, 1, getpid(), 0, 0, 0));
    TRY_AS("move_pages", syscall(SYS_move_pages, 1, 0, NULL, NULL, NULL, 0));
    TRY_AS("migrate_pages", syscall(SYS_migrate_pages, 1, 0, NULL, NULL));
    TRY_AS("get_robust_list", syscall(SYS_get_robust_list, 1, &list, &size));
}
