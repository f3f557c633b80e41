// What only the administrator of a machine may do.
// expect: Exited 0
// says: init_module EPERM
// says: finit_module EPERM
// says: delete_module EPERM
// says: kexec_load EPERM
// says: kexec_file_load EPERM
// says: reboot EPERM
// says: swapon EPERM
// says: swapoff EPERM
// says: acct EPERM
// says: syslog EPERM
// says: iopl EPERM
// says: ioperm EPERM
// says: quotactl EPERM
// says: vhangup EPERM
// says: sethostname EPERM
// says: setdomainname EPERM
// says: settimeofday EPERM
// says: clock_settime EPERM
// says: clock_adjtime EPERM
// says: adjtimex EPERM
// says: nfsservctl EPERM
// says: sync EPERM
// says: syncfs EPERM
// says: cachestat EPERM
#include "hostile.h"
#include <sys/io.h>
#include <sys/timex.h>

int main(void) {
    struct timex change = {0};
    struct timespec time = {0};
    TRY_AS("init_module", syscall(SYS_init_module, "", 0, ""));
    TRY_AS("finit_module", syscall(SYS_finit_module, 0, "", 0));
    TRY_AS("delete_module", syscall(SYS_delete_module, "overlay", 0));
    TRY_AS("kexec_load", syscall(SYS_kexec_load, 0, 0, NULL, 0));
    TRY_AS("kexec_file_load", syscall(SYS_kexec_file_load, 0, 0, 0, "", 0));
    TRY_AS("reboot", syscall(SYS_reboot, 0xfee1dead, 672274793, 0, NULL)); /* CAD off: harmless if it were allowed */
    TRY_AS("swapon", syscall(SYS_swapon, "/tmp/swap", 0));
    TRY_AS("swapoff", syscall(SYS_swapoff, "/tmp/swap"));
    TRY_AS("acct", syscall(SYS_acct, "/tmp/acct"));
    TRY_AS("syslog", syscall(SYS_syslog, 3, NULL, 0));
    TRY_AS("iopl", iopl(3));
    TRY_AS("ioperm", ioperm(0x80, 1, 1));
    TRY_AS("quotactl", syscall(SYS_quotactl, 0, "", 0, NULL));
    TRY_AS("vhangup", syscall(SYS_vhangup));
    TRY_AS("sethostname", sethostname("forged", 6));
    TRY_AS("setdomainname", setdomainname("forged", 6));
    TRY_AS("settimeofday", syscall(SYS_settimeofday, NULL, NULL));
    TRY_AS("clock_settime", syscall(SYS_clock_settime, CLOCK_REALTIME, &time));
    TRY_AS("clock_adjtime", syscall(SYS_clock_adjtime, CLOCK_REALTIME, &change));
    TRY_AS("adjtimex", syscall(SYS_adjtimex, &change));
    TRY_AS("nfsservctl", syscall(SYS_nfsservctl));
    TRY_AS("sync", syscall(SYS_sync));
    TRY_AS("syncfs", syscall(SYS_syncfs, 0));
    TRY_AS("cachestat", syscall(451, 0, NULL, NULL, 0));
}
