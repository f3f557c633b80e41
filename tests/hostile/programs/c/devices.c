// The machine's memory, disks and other devices, by name and by number.
// expect: Exited 0
// says: mem ENOENT
// says: kmsg ENOENT
// says: kvm ENOENT
// says: fuse ENOENT
// says: vda ENOENT
// says: loop-control ENOENT
// says: net/tun ENOENT
// says: uinput ENOENT
// says: mknod of a disk EPERM
// says: mknod of memory EPERM
// says: entropy EPERM
#include "hostile.h"
#include <linux/random.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>

int main(void) {
    const char *names[] = {"mem", "kmsg", "kvm", "fuse", "vda", "loop-control", "net/tun", "uinput"};
    char path[64];
    int entropy[3] = {8192, 4, 0};
    for (int number = 0; number < 8; number++) {
        snprintf(path, sizeof path, "/dev/%s", names[number]);
        TRY_AS(names[number], opening(path, O_RDWR));
    }
    TRY_AS("mknod of a disk", mknod("/tmp/disk", S_IFBLK | 0666, makedev(254, 0)));
    TRY_AS("mknod of memory", mknod("/tmp/memory", S_IFCHR | 0666, makedev(1, 1)));
    TRY_AS("entropy", ioctl(open("/dev/urandom", O_RDWR), RNDADDENTROPY, entropy));
}
