// Marks a file so that nobody may remove it, in the ways that a file system knows.
// expect: Exited 0
// says: immutable EPERM
// says: append only EPERM
// says: attribute EPERM
// says: ownership refused
#include "hostile.h"
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <linux/fs.h>

int main(void) {
    int fd = open("/tmp/file", O_CREAT | O_RDWR, 0600), flags = FS_IMMUTABLE_FL;
    TRY_AS("immutable", ioctl(fd, FS_IOC_SETFLAGS, &flags));
    flags = FS_APPEND_FL;
    TRY_AS("append only", ioctl(fd, FS_IOC_SETFLAGS, &flags));
    TRY_AS("attribute", fsetxattr(fd, "user.mine", "x", 1, 0));
    REFUSED("ownership", fchown(fd, 0, 0));
    flags = FS_NOATIME_FL | FS_NODUMP_FL;
    ioctl(fd, FS_IOC_SETFLAGS, &flags);
}
