// Writes to what configures a system. Which refusal comes first, a folder's or a file system's, is the host's business.
// expect: Exited 0
// says: 0 of 20 written
#include "hostile.h"

int main(void) {
    const char *paths[] = {
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/hostname", "/proc/sys/kernel/ns_last_pid", "/proc/sys/vm/drop_caches",
        "/proc/sys/net/ipv4/ip_forward", "/proc/sysrq-trigger", "/proc/irq/default_smp_affinity", "/proc/self/uid_map",
        "/proc/self/gid_map", "/proc/self/loginuid", "/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/ksm/run",
        "/sys/devices/system/cpu/cpu1/online", "/etc/passwd", "/etc/ld.so.preload", "/usr/bin/planted", "/dev/planted",
        "/dev/mqueue/planted", "/run/planted"};
    int written = 0;
    for (int number = 0; number < 20; number++) {
        int fd = open(paths[number], O_WRONLY | (strncmp(paths[number], "/proc", 5) ? O_CREAT : 0), 0600);
        written += fd >= 0 && write(fd, "0 0 1\n", 6) > 0;
    }
    printf("%d of 20 written\n", written);
}
