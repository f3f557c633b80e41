// The calls by which kernels are broken into.
// expect: Exited 0
// says: bpf EPERM
// says: perf_event_open EPERM
// says: userfaultfd EPERM
// says: io_uring_setup ENOSYS
// says: io_uring_enter ENOSYS
// says: io_uring_register ENOSYS
// says: io_setup EPERM
// says: memfd_secret EPERM
// says: fanotify_init EPERM
// says: name_to_handle_at EPERM
// says: open_by_handle_at EPERM
// says: landlock EPERM
// says: vmsplice EPERM
// says: remap_file_pages EPERM
// says: modify_ldt EPERM
// says: set_thread_area EPERM
// says: uselib EPERM
// says: ustat EPERM
// says: sysfs EPERM
// says: _sysctl EPERM
// says: create_module EPERM
// says: mbind EPERM
// says: set_mempolicy EPERM
// says: lookup_dcookie EPERM
#include "hostile.h"

int main(void) {
    char nothing[256] = {0};
    TRY_AS("bpf", syscall(SYS_bpf, 5, nothing, sizeof nothing));
    TRY_AS("perf_event_open", syscall(SYS_perf_event_open, nothing, 0, -1, -1, 0));
    TRY_AS("userfaultfd", syscall(SYS_userfaultfd, 1));
    TRY_AS("io_uring_setup", syscall(SYS_io_uring_setup, 8, nothing));
    TRY_AS("io_uring_enter", syscall(SYS_io_uring_enter, 0, 0, 0, 0, NULL, 0));
    TRY_AS("io_uring_register", syscall(SYS_io_uring_register, 0, 0, NULL, 0));
    TRY_AS("io_setup", syscall(SYS_io_setup, 1, nothing));
    TRY_AS("memfd_secret", syscall(447, 0));
    TRY_AS("fanotify_init", syscall(SYS_fanotify_init, 0, 0));
    TRY_AS("name_to_handle_at", syscall(SYS_name_to_handle_at, AT_FDCWD, "/", nothing, nothing, 0));
    TRY_AS("open_by_handle_at", syscall(SYS_open_by_handle_at, 0, nothing, 0));
    TRY_AS("landlock", syscall(444, NULL, 0, 1));
    TRY_AS("vmsplice", syscall(SYS_vmsplice, 1, NULL, 0, 0));
    TRY_AS("remap_file_pages", syscall(SYS_remap_file_pages, 0, 0, 0, 0, 0));
    TRY_AS("modify_ldt", syscall(SYS_modify_ldt, 0, nothing, sizeof nothing));
    TRY_AS("set_thread_area", syscall(SYS_set_thread_area, nothing));
    TRY_AS("uselib", syscall(SYS_uselib, "/lib/libc.so"));
    TRY_AS("ustat", syscall(SYS_ustat, 0, nothing));
    TRY_AS("sysfs", syscall(SYS_sysfs, 3));
    TRY_AS("_sysctl", syscall(SYS__sysctl, nothing));
    TRY_AS("create_module", syscall(SYS_create_module, "", 0));
    TRY_AS("mbind", syscall(SYS_mbind, 0, 0, 0, NULL, 0, 0));
    TRY_AS("set_mempolicy", syscall(SYS_set_mempolicy, 0, NULL, 0));
    TRY_AS("lookup_dcookie", syscall(SYS_lookup_dcookie, 0, nothing, 0));
}
