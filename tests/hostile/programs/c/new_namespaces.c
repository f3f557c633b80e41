// Makes namespaces of its own, of every kind and in every way.
// expect: Exited 0
// says: unshare 20000000 EPERM
// says: unshare 00020000 EPERM
// says: unshare 10000000 EPERM
// says: unshare 08000000 EPERM
// says: unshare 04000000 EPERM
// says: unshare 40000000 EPERM
// says: unshare 02000000 EPERM
// says: unshare 00000080 EPERM
// says: unshare 00000400 EPERM
// says: clone 20000000 EPERM
// says: clone 00020000 EPERM
// says: clone 10000000 EPERM
// says: clone 08000000 EPERM
// says: clone 04000000 EPERM
// says: clone 40000000 EPERM
// says: clone 02000000 EPERM
// says: clone3 ENOSYS
// says: setns of process 1 EPERM
// says: setns of its own EPERM
#include "hostile.h"

int main(void) {
    static const unsigned long kinds[] = {CLONE_NEWPID, CLONE_NEWNS,  CLONE_NEWUSER,   CLONE_NEWIPC, CLONE_NEWUTS,
                                          CLONE_NEWNET, CLONE_NEWCGROUP, CLONE_NEWTIME, CLONE_FILES};
    unsigned long arguments[11] = {CLONE_NEWUSER};
    char name[64];
    for (int number = 0; number < 9; number++) {
        snprintf(name, sizeof name, "unshare %08lx", kinds[number]);
        TRY_AS(name, unshare((int)kinds[number]));
    }
    for (int number = 0; number < 7; number++) {
        snprintf(name, sizeof name, "clone %08lx", kinds[number]);
        errno = 0;
        long pid = syscall(SYS_clone, kinds[number] | SIGCHLD, NULL, NULL, NULL, 0);
        if (pid == 0) _exit(0);
        tell(name, pid);
    }
    TRY_AS("clone3", syscall(SYS_clone3, arguments, sizeof arguments));
    TRY_AS("setns of process 1", setns((int)syscall(SYS_pidfd_open, 1, 0), CLONE_NEWNS));
    TRY_AS("setns of its own", setns(open("/proc/self/ns/user", O_RDONLY), CLONE_NEWUSER));
}
