// Mounts, moves and unmounts, in the old way and in the new.
// expect: Exited 0
// says: mount EPERM
// says: bind EPERM
// says: remount EPERM
// says: umount EPERM
// says: pivot_root EPERM
// says: chroot EPERM
// says: open_tree EPERM
// says: move_mount EPERM
// says: fsopen EPERM
// says: fsmount EPERM
// says: fspick EPERM
// says: mount_setattr EPERM
#include "hostile.h"
#include <sys/mount.h>

int main(void) {
    TRY_AS("mount", mount("none", "/tmp", "tmpfs", 0, ""));
    TRY_AS("bind", mount("/", "/tmp", NULL, MS_BIND, NULL));
    TRY_AS("remount", mount(NULL, "/", NULL, MS_REMOUNT, NULL));
    TRY_AS("umount", umount2("/proc", MNT_DETACH));
    TRY_AS("pivot_root", syscall(SYS_pivot_root, "/tmp", "/tmp"));
    TRY_AS("chroot", chroot("/"));
    TRY_AS("open_tree", syscall(SYS_open_tree, AT_FDCWD, "/", 1));
    TRY_AS("move_mount", syscall(SYS_move_mount, AT_FDCWD, "/box", AT_FDCWD, "/tmp", 0));
    TRY_AS("fsopen", syscall(SYS_fsopen, "tmpfs", 0));
    TRY_AS("fsmount", syscall(SYS_fsmount, 0, 0, 0));
    TRY_AS("fspick", syscall(SYS_fspick, AT_FDCWD, "/tmp", 0));
    TRY_AS("mount_setattr", syscall(SYS_mount_setattr, AT_FDCWD, "/", 0, NULL, 0));
}
