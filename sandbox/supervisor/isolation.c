/* How a program is started so that it meets nothing of us and nothing of the runs before it.
 *
 * Always: a session, limits, a user of its own, no new privileges, and a filter of system calls beyond the container's.
 * With ISOLATE also a user, PID, IPC and mount namespace: its own /proc and /tmp, nothing under /sys, and a process 1 of its own with
 * which the kernel ends everything. The user namespace is what lets us make the others without CAP_SYS_ADMIN; the filter takes
 * away from the program what the container's profile allows us for that.
 */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#else
#error "the filter of system calls knows x86-64 and arm64"
#endif

#define STACK_MAX (1024ul * 1024 * 1024) /* bytes; address space only: the memory limit is what bounds a stack */
#define NAMESPACES (CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWIPC | CLONE_NEWNS)
#define NEW_NAMESPACE_BITS 0x7e020000u /* every CLONE_NEW* flag */
#define X32_BIT 0x40000000u            /* system calls of the x32 ABI; their numbers are others, so a filter by number must refuse them */

static const char UID_MAP[] = "10000 10000 1\n19999 19999 40001\n"; /* the builder; process 1 and the candidates: no root in it */
static const char TMP_OPTIONS[] = "size=64m,nr_inodes=4096,mode=1777";
static const char EMPTY_FOLDER[] = "/mnt"; /* of the image; laid over /sys, whose counters tell of other runs */

static char *const ENVIRONMENT[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LANG=C.UTF-8",
    "PYTHONHASHSEED=0", /* the same program on the same input takes the same path every time */
    NULL,
};

struct shared *shared;

void prepare_isolation(void) {
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) die("mmap");
}

/* ---- the filter ---- */

#define DENY(call) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)(call), 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM)

static struct sock_filter FILTER[] = {
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, ARCHITECTURE, 1, 0),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, X32_BIT, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    /* what only process 1 may do */
    DENY(SYS_mount), DENY(SYS_umount2), DENY(SYS_unshare), DENY(SYS_setns),
    /* names that another user's process could meet: abstract sockets have no permissions */
    DENY(SYS_bind), DENY(SYS_connect), DENY(SYS_listen), DENY(SYS_accept), DENY(SYS_accept4),
    /* what outlives its maker; the container's profile refuses it too, but gVisor does not read that */
    DENY(SYS_shmget), DENY(SYS_shmat), DENY(SYS_shmctl), DENY(SYS_semget), DENY(SYS_semop), DENY(SYS_semtimedop), DENY(SYS_semctl),
    DENY(SYS_msgget), DENY(SYS_msgsnd), DENY(SYS_msgrcv), DENY(SYS_msgctl), DENY(SYS_mq_open), DENY(SYS_mq_unlink),
    DENY(SYS_add_key), DENY(SYS_request_key), DENY(SYS_keyctl),
    /* and what looks into other processes */
    DENY(SYS_ptrace), DENY(SYS_process_vm_readv), DENY(SYS_process_vm_writev),
    /* what is cached of the image's files is one for the whole machine: forgetting it at will would be a way to tell the next run
     * a megabit a second */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_fadvise64, 0, 4),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[3])),
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, POSIX_FADV_DONTNEED, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    /* no new namespaces by clone either; clone3 is refused by the container's profile */
    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[0])),
    BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, NEW_NAMESPACE_BITS, 0, 1),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
};

/* ---- the program ---- */

static void limit(int resource, rlim_t value) {
    struct rlimit both = {value, value};
    setrlimit((__rlimit_resource_t)resource, &both);
}

/* The child, between vfork and exec: system calls only. */
static void __attribute__((noreturn)) become_program(const struct run_head *head, uid_t user, int in, int out, int err,
                                                    char *const *argv) {
    static const struct sock_fprog filter = {sizeof FILTER / sizeof *FILTER, FILTER};
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    signal(SIGPIPE, SIG_DFL); /* we ignore it ourselves, and that would be inherited */
    setsid();
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) goto failed;
    if (syscall(SYS_close_range, 3u, ~0u, 0u) != 0)
        for (int fd = 3; fd < FILES_MAX; fd++) close(fd);
    limit(RLIMIT_CORE, 1); /* byte: with 0 the kernel would still start a host's helper for crashes, where one is set up */
    limit(RLIMIT_MSGQUEUE, 0);
    limit(RLIMIT_NOFILE, FILES_MAX);
    limit(RLIMIT_STACK, STACK_MAX);
    limit(RLIMIT_CPU, head->cpu_kill_ms / 1000u + 2u); /* a backstop for a supervisor that cannot run in time */
    if (user != BUILDER) limit(RLIMIT_NPROC, head->processes);
    if (syscall(SYS_setresgid, user, user, user) != 0 || syscall(SYS_setresuid, user, user, user) != 0) goto failed;
    if (chdir(user == BUILDER ? BOX : TMP) != 0) goto failed;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) goto failed;
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) != 0) goto failed;
    execve(argv[0], argv, ENVIRONMENT);
    shared->exec_error = errno;
    _exit(127);
failed:
    shared->setup_error = errno;
    _exit(127);
}

static int written(const char *path, const char *text, size_t size) {
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    int right = fd >= 0 && write(fd, text, size) == (ssize_t)size;
    if (fd >= 0) close(fd);
    return right;
}

/* When memory runs out, the program dies and not the supervisor. Children inherit it. */
static void offer_to_oom_killer(const char *path) { (void)written(path, "1000", 4); }

/* Not inlined: after vfork the child works on this frame and no other. */
static pid_t __attribute__((noinline)) spawn(const struct run_head *head, uid_t user, int in, int out, int err, char *const *argv) {
    pid_t pid = vfork();
    if (pid == 0) {
        if (!(head->flags & ISOLATE)) offer_to_oom_killer("/proc/self/oom_score_adj");
        become_program(head, user, in, out, err, argv);
    }
    return pid;
}

/* ---- namespaces ---- */

/* Mounts are made before the user is changed: until then we have all rights inside, and none outside. */
static int lay_mounts(uint32_t flags) {
    const unsigned long closed = MS_NOSUID | MS_NODEV;
    if (mount("proc", "/proc", "proc", closed | MS_NOEXEC, NULL) != 0) return errno;
    if (mount(EMPTY_FOLDER, "/sys", NULL, MS_BIND, NULL) != 0) return errno;
    if (!(flags & KEEP_TMP) && mount("tmp", TMP, "tmpfs", closed, TMP_OPTIONS) != 0) return errno;
    if (syscall(SYS_setresgid, INIT_USER, INIT_USER, INIT_USER) != 0) return errno;
    return 0;
}

/* Process 1 of a run's namespaces: starts the program, waits for it, and takes everything else with it when it ends. */
static void __attribute__((noreturn)) be_init(const struct run_head *head, uid_t user, const int *gate, int in, int out, int err,
                                              char *const *argv) {
    char go;
    int status = 0;
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    close(gate[1]); /* with our own end open we would wait for the word for ever */
    if (read(gate[0], &go, 1) != 1) _exit(1);
    if ((shared->setup_error = lay_mounts(head->flags)) != 0) _exit(1);
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    pid_t program = spawn(head, user, in, out, err, argv);
    if (program < 0) {
        shared->setup_error = errno;
        _exit(1);
    }
    if (syscall(SYS_setresuid, INIT_USER, INIT_USER, INIT_USER) != 0) {
        shared->setup_error = errno;
        _exit(1);
    }
    for (int fd = 0; fd < proc; fd++) close(fd); /* the pipes above all: their ends must be seen */
    siginfo_t about;
    for (;;) { /* orphans of the program are ours to wait for, or they would count among its processes for ever */
        if (waitid(P_ALL, 0, &about, WEXITED | WNOWAIT) != 0) continue;
        if (about.si_pid == program) break;
        waitpid(about.si_pid, &status, 0);
    }
    shared->run_delay_us = run_delay_of(proc, program);
    while (waitpid(program, &status, 0) < 0 && errno == EINTR) {}
    shared->status = (uint32_t)status;
    shared->ended = 1;
    _exit(0);
}

static pid_t start_isolated(const struct run_head *head, uid_t user, int in, int out, int err, char *const *argv) {
    int gate[2];
    char path[64];
    if (pipe2(gate, O_CLOEXEC) != 0) return -1;
    pid_t pid = (pid_t)syscall(SYS_clone, NAMESPACES | SIGCHLD, 0, 0, 0, 0);
    if (pid == 0) be_init(head, user, gate, in, out, err, argv);
    close(gate[0]);
    if (pid > 0) {
        snprintf(path, sizeof path, "/proc/%d/oom_score_adj", pid);
        offer_to_oom_killer(path);
        snprintf(path, sizeof path, "/proc/%d/gid_map", pid);
        int mapped = written(path, UID_MAP, sizeof UID_MAP - 1);
        snprintf(path, sizeof path, "/proc/%d/uid_map", pid);
        mapped = mapped && written(path, UID_MAP, sizeof UID_MAP - 1);
        if (!mapped) shared->setup_error = errno;
        else (void)!write(gate[1], "x", 1);
    }
    close(gate[1]); /* without the word it ends by itself */
    return pid;
}

/* Starts it; the process that is returned ends when the program does. Sets an error in `shared` if it could not be started. */
pid_t start_program(const struct run_head *head, uid_t user, int in, int out, int err, char *const *argv) {
    memset(shared, 0, sizeof *shared);
    return head->flags & ISOLATE ? start_isolated(head, user, in, out, err, argv) : spawn(head, user, in, out, err, argv);
}

/* Whether the machine lets us make namespaces: 0, or why not (an errno). */
int try_isolation(void) {
    struct run_head head = {.who = 'c', .cpu_kill_ms = 1000, .processes = 1, .flags = ISOLATE};
    char *argv[] = {"/supervisor", "-", NULL}; /* started with an argument it does nothing: any image has it */
    int status, null = open("/dev/null", O_RDWR | O_CLOEXEC);
    if (null < 0) return errno;
    pid_t pid = start_program(&head, CANDIDATE_FIRST, null, null, null, argv);
    int error = pid < 0 ? errno : 0;
    close(null);
    if (pid > 0) while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {}
    if (error == 0) error = shared->setup_error;
    if (error == 0 && !(shared->ended && shared->status == 0)) error = EPERM;
    return error;
}
