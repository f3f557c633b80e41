// Every way to send the supervisor a signal.
// expect: Exited 0
// says: kill EPERM
// says: kill 0 EPERM
// says: tkill EPERM
// says: tgkill EPERM
// says: sigqueue EPERM
// says: tgsigqueue EPERM
// says: pidfd EPERM
#include "hostile.h"

int main(void) {
    siginfo_t info = {.si_signo = SIGKILL, .si_code = SI_QUEUE};
    int both[2];
    TRY_AS("kill", kill(1, SIGKILL));
    TRY_AS("kill 0", kill(1, 0));
    if (getpgid(1) > 1) kill(-getpgid(1), SIGKILL);
    TRY_AS("tkill", syscall(SYS_tkill, 1, SIGKILL));
    TRY_AS("tgkill", syscall(SYS_tgkill, 1, 1, SIGKILL));
    TRY_AS("sigqueue", syscall(SYS_rt_sigqueueinfo, 1, SIGKILL, &info));
    TRY_AS("tgsigqueue", syscall(SYS_rt_tgsigqueueinfo, 1, 1, SIGKILL, &info));
    TRY_AS("pidfd", syscall(SYS_pidfd_send_signal, syscall(SYS_pidfd_open, 1, 0), SIGKILL, NULL, 0));
    (void)!pipe(both);
    fcntl(both[0], F_SETSIG, SIGKILL);
    fcntl(both[0], F_SETOWN, 1);
    fcntl(both[0], F_SETFL, O_ASYNC);
    (void)!write(both[1], "now", 3); /* here the kernel itself would send it */
}
