/* Process 1 of a sandbox container: starts every compilation and every test case, and says how it ended.
 *
 * It is static, has no configuration, allocates nothing after its start and trusts nothing that a program left behind. It runs as
 * root of a container that has only CAP_SETUID, CAP_SETGID and CAP_KILL, so that it can change to the users below and end them.
 *
 *     builder    uid 10000, owns /box; compiles
 *     candidate  a uid of 20000..59999, drawn anew for every run, so that nothing of one run is owned by the next
 *
 * Order of one run: input into a sealed memfd; pipes; vfork; in the child a session of its own, limits, the user, exec; in the parent
 * watch output, CPU time and wall time; when the first process has ended, kill and reap whatever is left; empty /tmp; report.
 * When standard input closes, the runner is gone: the supervisor exits, and with process 1 the kernel ends everything else.
 */
#define _GNU_SOURCE
#include "protocol.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/vfs.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define BUILDER 10000
#define CANDIDATE_FIRST 20000
#define CANDIDATE_COUNT 40000 /* below 65536, so that it also works under a remapped user namespace */

#define CHUNK 65536          /* bytes; a pipe's capacity, so that one read empties it */
#define STDERR_MAX 65536     /* bytes of standard error kept; the rest is read and dropped */
#define ARGV_MAX_BYTES 65536 /* far above any language's command line */
#define ARGV_MAX 256
#define STARVED_FACTOR 10    /* so many times its wall time does a program get that waits for a CPU; then we give up, not it */
#define WATCH_MAX_MS 100     /* look at the CPU clock at least this often */
#define STACK_MAX (1024ul * 1024 * 1024) /* bytes; address space only: the memory limit is what bounds a stack */
#define FILES_MAX 256        /* descriptors of one program */
#define WIPE_PASSES_MAX 8192 /* above the inodes of /tmp: each pass takes at least one level off the deepest tree */

static const char DOOR[] = "/run/sarap/supervisor";
static const char BOX[] = "/box";
static const char TMP[] = "/tmp";

static char *const ENVIRONMENT[] = {
    "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "TMPDIR=/tmp", "LANG=C.UTF-8",
    "PYTHONHASHSEED=0", /* the same program on the same input takes the same path every time */
    NULL,
};

static int box_fd = -1, tmp_fd = -1, child_fd = -1; /* child_fd tells of ended processes (signalfd) */
static int cpu_fd = -1, oom_fd = -1;
static const char *cpu_key = NULL; /* NULL: the file is one number in ns (cgroup v1), else the key of a number in us (v2) */
static int cpu_is_ns = 0;
static long tmp_inodes_free, box_inodes_free; /* of the empty file systems */

static void die(const char *what) {
    char text[256];
    int size = snprintf(text, sizeof text, "supervisor: %s: %s\n", what, strerror(errno));
    if (size > 0) (void)!write(2, text, (size_t)size);
    _exit(1);
}

/* ---- frames ---- */

static unsigned char input[CHUNK];
static size_t input_at, input_have;

static void take(void *target, size_t size) {
    unsigned char *to = target;
    while (size > 0) {
        if (input_at == input_have) {
            ssize_t got = read(0, input, sizeof input);
            if (got == 0) _exit(0); /* the runner is gone */
            if (got < 0) {
                if (errno == EINTR) continue;
                die("read");
            }
            input_at = 0;
            input_have = (size_t)got;
        }
        size_t part = input_have - input_at < size ? input_have - input_at : size;
        memcpy(to, input + input_at, part);
        to += part;
        input_at += part;
        size -= part;
    }
}

/* Copies `size` bytes of the request into a file. After a failed write it still takes the rest, so that frames stay in step. */
static int take_into(int fd, size_t size) {
    int error = 0;
    while (size > 0) {
        if (input_at == input_have) {
            unsigned char first;
            take(&first, 1);
            input_at--;
        }
        size_t part = input_have - input_at < size ? input_have - input_at : size;
        for (size_t done = 0; done < part && !error;) {
            ssize_t put = write(fd, input + input_at + done, part - done);
            if (put < 0 && errno != EINTR) error = errno;
            if (put > 0) done += (size_t)put;
        }
        input_at += part;
        size -= part;
    }
    return error;
}

static void drop(size_t size) {
    unsigned char waste[512];
    while (size > 0) {
        size_t part = size < sizeof waste ? size : sizeof waste;
        take(waste, part);
        size -= part;
    }
}

static void send_all(struct iovec *part, int parts) {
    while (parts > 0) {
        ssize_t sent = writev(1, part, parts);
        if (sent < 0) {
            if (errno == EINTR) continue;
            _exit(0);
        }
        while (parts > 0 && (size_t)sent >= part->iov_len) {
            sent -= (ssize_t)part->iov_len;
            part++, parts--;
        }
        if (parts > 0) {
            part->iov_base = (char *)part->iov_base + sent;
            part->iov_len -= (size_t)sent;
        }
    }
}

static void frame_head(unsigned char *head, uint32_t size, char kind) {
    memcpy(head, &size, 4);
    head[4] = (unsigned char)kind;
}

static void reply(char kind, const void *payload, size_t size) {
    unsigned char head[FRAME_HEAD_SIZE];
    frame_head(head, (uint32_t)size, kind);
    struct iovec parts[2] = {{head, sizeof head}, {(void *)payload, size}};
    send_all(parts, 2);
}

static void reply_error(const char *what, int error) {
    char text[256];
    int size = snprintf(text, sizeof text, "%s: %s", what, strerror(error));
    reply(KIND_ERROR, text, size > 0 ? (size_t)size : 0);
}

/* ---- clocks and counters ---- */

static int each_entry(int fd, void (*act)(int, const char *));

static uint64_t monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

static uint64_t timeval_us(struct timeval value) { return (uint64_t)value.tv_sec * 1000000u + (uint64_t)value.tv_usec; }

static uint64_t own_cpu_us(void) {
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    return timeval_us(own.ru_utime) + timeval_us(own.ru_stime);
}

/* The number after `key` at the start of a line, or the whole file's number if `key` is NULL. */
static uint64_t number_in(int fd, const char *key) {
    char text[2048];
    ssize_t size = pread(fd, text, sizeof text - 1, 0);
    if (size <= 0) return 0;
    text[size] = 0;
    if (key == NULL) return strtoull(text, NULL, 10);
    size_t length = strlen(key);
    for (char *line = text; line != NULL && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        if (strncmp(line, key, length) == 0 && line[length] == ' ') return strtoull(line + length + 1, NULL, 10);
    return 0;
}

static uint64_t cgroup_cpu_us(void) {
    uint64_t value = number_in(cpu_fd, cpu_key);
    return cpu_is_ns ? value / 1000u : value;
}

static uint64_t longest_delay_ns;

static void look_at_thread(int tasks, const char *name) {
    char path[64], text[128];
    snprintf(path, sizeof path, "%.20s/schedstat", name);
    int fd = openat(tasks, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return;
    ssize_t size = read(fd, text, sizeof text - 1); /* "time on the CPU in ns, time waiting for one in ns, slices" */
    close(fd);
    if (size <= 0) return;
    text[size] = 0;
    char *second = strchr(text, ' ');
    uint64_t delay = second ? strtoull(second, NULL, 10) : 0;
    if (delay > longest_delay_ns) longest_delay_ns = delay;
}

static void look_at_process(int proc, const char *name) {
    char path[64];
    if (name[0] < '0' || name[0] > '9' || strcmp(name, "1") == 0) return;
    snprintf(path, sizeof path, "%.20s/task", name);
    int fd = openat(proc, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return;
    each_entry(fd, look_at_thread);
    close(fd);
}

/* How long some thread of the program wanted a CPU and did not get one. A program that waits for itself uses its CPU time; so this
 * is time that other work on the machine took, and no program may be blamed for it. */
static uint64_t starved_us(void) {
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    longest_delay_ns = 0;
    if (proc >= 0) {
        each_entry(proc, look_at_process);
        close(proc);
    }
    return longest_delay_ns / 1000u;
}

static uint64_t oom_kills(void) { return oom_fd < 0 ? 0 : number_in(oom_fd, "oom_kill"); }

static void open_counters(void) {
    static const char *const v1[] = {"/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage"};
    for (size_t i = 0; i < 2 && cpu_fd < 0; i++) cpu_fd = open(v1[i], O_RDONLY | O_CLOEXEC);
    cpu_is_ns = cpu_fd >= 0;
    if (cpu_fd < 0) {
        cpu_fd = open("/sys/fs/cgroup/cpu.stat", O_RDONLY | O_CLOEXEC);
        cpu_key = "usage_usec";
    }
    oom_fd = open("/sys/fs/cgroup/memory/memory.oom_control", O_RDONLY | O_CLOEXEC);
    if (oom_fd < 0) oom_fd = open("/sys/fs/cgroup/memory.events", O_RDONLY | O_CLOEXEC);
}

/* ---- files ---- */

static void become(uid_t user) {
    if (user != 0 && setresgid((gid_t)-1, user, (gid_t)-1) != 0) die("setresgid");
    if (setresuid((uid_t)-1, user, (uid_t)-1) != 0) die("setresuid");
    if (user == 0 && setresgid((gid_t)-1, 0, (gid_t)-1) != 0) die("setresgid");
}

static long inodes_free(int fd) {
    struct statfs about;
    return fstatfs(fd, &about) == 0 ? (long)about.f_ffree : -1;
}

struct entry { /* as getdents64(2) gives it */
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

/* Calls `act` for every entry of a directory; returns how many there were. */
static int each_entry(int fd, void (*act)(int, const char *)) {
    static char outer[8192], inner[8192];
    static int depth;
    char *list = depth ? inner : outer;
    int count = 0;
    depth++;
    lseek(fd, 0, SEEK_SET);
    for (;;) {
        long size = syscall(SYS_getdents64, fd, list, sizeof outer);
        if (size <= 0) break;
        for (long at = 0; at < size;) {
            struct entry *entry = (struct entry *)(list + at);
            at += entry->size;
            if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0) continue;
            count++;
            act(fd, entry->name);
        }
    }
    depth--;
    return count;
}

static int wipe_root = -1;
static unsigned wipe_serial;

/* A directory inside a directory is moved up to the root instead of being entered: no depth can exhaust us. */
static void wipe_below(int parent, const char *name) {
    if (unlinkat(parent, name, 0) == 0 || unlinkat(parent, name, AT_REMOVEDIR) == 0) return;
    char moved[32];
    fchmodat(parent, name, 0700, 0);
    for (int tries = 0; tries < 8; tries++) {
        snprintf(moved, sizeof moved, ".wipe-%u", wipe_serial++);
        if (renameat(parent, name, wipe_root, moved) == 0) return;
    }
}

static void wipe_top(int root, const char *name) {
    if (unlinkat(root, name, 0) == 0 || unlinkat(root, name, AT_REMOVEDIR) == 0) return;
    fchmodat(root, name, 0700, 0);
    int inside = openat(root, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inside < 0) return;
    each_entry(inside, wipe_below);
    close(inside);
    unlinkat(root, name, AT_REMOVEDIR);
}

/* Empties a tmpfs as the user that owns what is in it. Returns 1 if it is empty now. */
static int wipe(int root, uid_t owner, long inodes_when_empty) {
    if (inodes_free(root) == inodes_when_empty) return 1;
    become(owner);
    wipe_root = root;
    for (long passes = 0; passes < WIPE_PASSES_MAX && each_entry(root, wipe_top) > 0; passes++) {
        if (passes > 0 && inodes_free(root) == inodes_when_empty) break;
    }
    become(0);
    for (int tries = 0; tries < 20; tries++) { /* the last descriptors of killed processes may close a moment later */
        if (inodes_free(root) == inodes_when_empty) return 1;
        usleep(1000);
    }
    return 0;
}

/* After a compilation /box holds plain files that nobody but the builder may write; anything else in it is removed. */
static void settle_entry(int root, const char *name) {
    struct stat about;
    if (fstatat(root, name, &about, AT_SYMLINK_NOFOLLOW) != 0) return;
    if (S_ISREG(about.st_mode))
        fchmodat(root, name, (about.st_mode & 0111) ? 0755 : 0644, 0);
    else
        wipe_top(root, name);
}

static void settle_box(void) {
    become(BUILDER);
    fchmod(box_fd, 0755);
    wipe_root = box_fd;
    each_entry(box_fd, settle_entry);
    become(0);
}

static void put(uint32_t size) {
    unsigned char length = 0;
    char name[256];
    if (size < 1) return reply_error("put", EINVAL);
    take(&length, 1);
    if (size < 1u + length) die("put frame");
    take(name, length);
    name[length] = 0;
    size -= 1u + length;
    if (length == 0 || strlen(name) != length || strchr(name, '/') || name[0] == '.') {
        drop(size);
        return reply_error("put name", EINVAL);
    }
    become(BUILDER);
    int fd = openat(box_fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
    int error = fd < 0 ? errno : 0;
    if (fd < 0) drop(size);
    else error = take_into(fd, size);
    if (fd >= 0) close(fd);
    become(0);
    if (error) reply_error("put", error);
    else reply(KIND_OK, NULL, 0);
}

/* ---- runs ---- */

static unsigned char out_head[CHUNK], err_head[STDERR_MAX], waste[CHUNK];
static char arguments[ARGV_MAX_BYTES];
static volatile int exec_error; /* written by the child, which shares our memory until it executes */

struct watch {
    pid_t main;
    int main_ended, out, err, spill;
    uint32_t out_size, err_size, output_max, status, flags;
    uint64_t peak_kib, rusage_cpu_us;
};

static void limit(int resource, rlim_t value) {
    struct rlimit both = {value, value};
    setrlimit((__rlimit_resource_t)resource, &both);
}

/* The child, between vfork and exec: system calls only. */
static void __attribute__((noreturn)) become_program(const struct run_head *head, uid_t user, int in, int out, int err,
                                                    char *const *argv) {
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    setsid();
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) goto failed;
    int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (score >= 0) (void)!write(score, "1000", 4); /* when memory runs out, the program dies and not the supervisor */
    if (syscall(SYS_close_range, 3u, ~0u, 0u) != 0)
        for (int fd = 3; fd < FILES_MAX; fd++) close(fd);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_MSGQUEUE, 0);
    limit(RLIMIT_NOFILE, FILES_MAX);
    limit(RLIMIT_STACK, STACK_MAX);
    limit(RLIMIT_CPU, head->cpu_kill_ms / 1000u + 2u); /* a backstop for a supervisor that cannot run in time */
    if (user != BUILDER) limit(RLIMIT_NPROC, head->processes);
    if (chdir(user == BUILDER ? BOX : TMP) != 0) goto failed;
    if (syscall(SYS_setresgid, user, user, user) != 0 || syscall(SYS_setresuid, user, user, user) != 0) goto failed;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    execve(argv[0], argv, ENVIRONMENT);
failed:
    exec_error = errno;
    _exit(127);
}

/* Not inlined: after vfork the child works on this frame and no other. */
static pid_t __attribute__((noinline)) start_program(const struct run_head *head, uid_t user, int in, int out, int err,
                                                     char *const *argv) {
    pid_t pid = vfork();
    if (pid == 0) become_program(head, user, in, out, err, argv);
    return pid;
}

static void reap(struct watch *watch, int options) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, options, &usage);
        if (pid < 0 && errno == EINTR) continue;
        if (pid <= 0) return;
        watch->rusage_cpu_us += timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime);
        if ((uint64_t)usage.ru_maxrss > watch->peak_kib) watch->peak_kib = (uint64_t)usage.ru_maxrss;
        if (pid == watch->main) {
            watch->main_ended = 1;
            watch->status = (uint32_t)status;
            if (options & WNOHANG) return;
        }
    }
}

/* Reads what standard output has. The first 64 KiB stay here; more goes to a memfd, so that our own memory does not grow. */
static int read_output(struct watch *watch) {
    int to_head = watch->out_size < sizeof out_head;
    unsigned char *to = to_head ? out_head + watch->out_size : waste;
    size_t room = to_head ? sizeof out_head - watch->out_size : sizeof waste;
    ssize_t got = read(watch->out, to, room);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return 0;
    if ((uint64_t)watch->out_size + (uint64_t)got > watch->output_max) {
        watch->flags |= KILLED_OUTPUT;
        got = (ssize_t)(watch->output_max - watch->out_size);
    }
    if (!to_head && got > 0) {
        if (watch->spill < 0) watch->spill = memfd_create("out", MFD_CLOEXEC);
        for (ssize_t done = 0; done < got;) {
            ssize_t put = write(watch->spill, waste + done, (size_t)(got - done));
            if (put <= 0) {
                if (errno == EINTR) continue;
                die("spill");
            }
            done += put;
        }
    }
    watch->out_size += (uint32_t)got;
    return !(watch->flags & KILLED_OUTPUT);
}

static int read_errors(struct watch *watch) {
    int to_head = watch->err_size < sizeof err_head;
    ssize_t got = read(watch->err, to_head ? err_head + watch->err_size : waste,
                       to_head ? sizeof err_head - watch->err_size : sizeof waste);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (to_head) watch->err_size += (uint32_t)got;
    return got > 0;
}

static uint64_t run_cpu_us(uint64_t cpu_before, uint64_t own_before) {
    uint64_t all = cgroup_cpu_us() - cpu_before, own = own_cpu_us() - own_before;
    return all > own ? all - own : 0;
}

/* What to do with a program that is at its wall time: end it, or give it the time that it waited for a CPU. */
static uint32_t over_wall(uint64_t wall, uint64_t asked, uint64_t *limit) {
    uint64_t starved = starved_us();
    if (starved + asked <= wall) return KILLED_WALL;
    if (wall >= STARVED_FACTOR * asked) return STARVED;
    *limit = asked + starved + 1000;
    return 0;
}

static void watch_until_end(struct watch *watch, const struct run_head *head, uint64_t start, uint64_t cpu_before,
                            uint64_t own_before) {
    struct pollfd fds[4] = {
        {child_fd, POLLIN, 0}, {watch->out, POLLIN, 0}, {watch->err, POLLIN, 0}, {0, 0, 0} /* only its hang-up */
    };
    uint64_t wall_limit = (uint64_t)head->wall_ms * 1000u, cpu_limit = (uint64_t)head->cpu_kill_ms * 1000u;
    uint64_t look_at = start; /* when to read the CPU clock next: it cannot get there sooner on one CPU */
    const uint32_t killed = KILLED_CPU | KILLED_WALL | KILLED_OUTPUT | STARVED;
    while (!watch->main_ended) {
        uint64_t now = monotonic_us();
        if (!(watch->flags & killed)) {
            if (now - start >= wall_limit) watch->flags |= over_wall(now - start, (uint64_t)head->wall_ms * 1000u, &wall_limit);
            if (now >= look_at && now > start && !(watch->flags & killed)) {
                uint64_t used = cpu_fd >= 0 ? run_cpu_us(cpu_before, own_before) : 0;
                if (used >= cpu_limit) watch->flags |= KILLED_CPU;
                else look_at = now + (cpu_limit - used) / 2 + 500;
            }
        }
        uint64_t wait_us = WATCH_MAX_MS * 1000u;
        if (watch->flags & killed) {
            kill(-1, SIGKILL);
            wait_us = 1000;
        } else {
            if (start + wall_limit > now && start + wall_limit - now < wait_us) wait_us = start + wall_limit - now;
            if (look_at > now && look_at - now < wait_us) wait_us = look_at - now;
            if (look_at <= now) look_at = now + (cpu_limit / 2 < wait_us ? cpu_limit / 2 : wait_us);
        }
        if (poll(fds, 4, (int)(wait_us / 1000u) + 1) < 0 && errno != EINTR) die("poll");
        if (fds[3].revents & (POLLHUP | POLLERR)) _exit(0);
        if (fds[1].revents && !read_output(watch)) fds[1].fd = -1;
        if (fds[2].revents && !read_errors(watch)) fds[2].fd = -1;
        if (fds[0].revents) {
            struct signalfd_siginfo info[4];
            (void)!read(child_fd, info, sizeof info);
            reap(watch, WNOHANG);
        }
    }
}

static void send_ended(struct watch *watch, const struct run_tail *tail) {
    unsigned char head[FRAME_HEAD_SIZE];
    frame_head(head, (uint32_t)sizeof *tail + tail->stdout_size + tail->stderr_size, KIND_ENDED);
    size_t in_head = tail->stdout_size < sizeof out_head ? tail->stdout_size : sizeof out_head;
    struct iovec first[3] = {{head, sizeof head}, {(void *)tail, sizeof *tail}, {out_head, in_head}};
    struct iovec last[1] = {{err_head, tail->stderr_size}};
    if (watch->spill < 0) {
        struct iovec all[4] = {first[0], first[1], first[2], last[0]};
        return send_all(all, 4);
    }
    send_all(first, 3);
    lseek(watch->spill, 0, SEEK_SET);
    for (size_t rest = tail->stdout_size - in_head; rest > 0;) {
        ssize_t got = read(watch->spill, waste, rest < sizeof waste ? rest : sizeof waste);
        if (got <= 0) die("spill read");
        struct iovec part[1] = {{waste, (size_t)got}};
        send_all(part, 1);
        rest -= (size_t)got;
    }
    send_all(last, 1);
}

static void execute(uint32_t size) {
    struct run_head head;
    char *argv[ARGV_MAX + 1];
    size_t count = 0;
    if (size < sizeof head) die("execute frame");
    take(&head, sizeof head);
    size -= (uint32_t)sizeof head;
    if (head.argv_size == 0 || head.argv_size > sizeof arguments || head.argv_size > size) die("execute argv");
    take(arguments, head.argv_size);
    size -= head.argv_size;
    if (arguments[head.argv_size - 1] != 0) die("execute argv end");
    for (char *at = arguments; at < arguments + head.argv_size && count < ARGV_MAX; at += strlen(at) + 1) argv[count++] = at;
    argv[count] = NULL;

    int in = memfd_create("in", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (in < 0) die("memfd");
    int error = take_into(in, size);
    if (error) {
        close(in);
        return reply_error("input", error);
    }
    if (size > 0) lseek(in, 0, SEEK_SET);
    fcntl(in, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    int out[2], err[2];
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) die("pipe");

    uid_t user = BUILDER;
    if (head.who != 'b') {
        uint32_t random = 0;
        (void)!getrandom(&random, sizeof random, 0);
        user = CANDIDATE_FIRST + random % CANDIDATE_COUNT;
    }
    struct watch watch = {.out = out[0], .err = err[0], .spill = -1, .output_max = head.output_max};
    uint64_t oom_before = oom_kills(), own_before = own_cpu_us();
    uint64_t cpu_before = cpu_fd >= 0 ? cgroup_cpu_us() : 0;
    exec_error = 0;
    uint64_t start = monotonic_us();
    watch.main = start_program(&head, user, in, out[1], err[1], argv);
    if (watch.main < 0) die("vfork");
    close(in);
    close(out[1]);
    close(err[1]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    watch_until_end(&watch, &head, start, cpu_before, own_before);

    struct run_tail tail = {.wall_us = monotonic_us() - start, .exec_error = (uint32_t)exec_error};
    for (;;) { /* whatever the program left behind: daemons, stopped children, a fork bomb */
        siginfo_t left;
        if (waitid(P_ALL, 0, &left, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD) break;
        kill(-1, SIGKILL);
        reap(&watch, 0);
    }
    tail.cpu_us = cpu_fd >= 0 ? run_cpu_us(cpu_before, own_before) : watch.rusage_cpu_us;
    if (cpu_fd < 0) watch.flags |= CPU_BY_RUSAGE;
    if (!(watch.flags & KILLED_OUTPUT)) /* every writer is dead: what is in the pipe is all there will be */
        while (read_output(&watch)) {}
    while (read_errors(&watch)) {}
    close(out[0]);
    close(err[0]);
    tail.oom_kills = (uint32_t)(oom_kills() - oom_before);
    if (user == BUILDER) settle_box();
    if (!wipe(tmp_fd, user, tmp_inodes_free)) watch.flags |= NOT_CLEAN;
    tail.status = watch.status;
    tail.flags = watch.flags;
    tail.peak_kib = watch.peak_kib;
    tail.stdout_size = watch.out_size;
    tail.stderr_size = watch.err_size;
    send_ended(&watch, &tail);
    if (watch.spill >= 0) close(watch.spill);
}

/* Speak over the socket that the runner may have mounted, else over the attached standard streams. */
static void choose_channel(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, DOOR, sizeof DOOR);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && (dup2(fd, 0) != 0 || dup2(fd, 1) != 1)) die("dup2");
    close(fd);
}

static void hello(void) {
    char text[4096 + 4];
    uint32_t version = PROTOCOL_VERSION;
    memcpy(text, &version, 4);
    int fd = open("/etc/sarap-toolchain", O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, text + 4, sizeof text - 4);
    if (fd >= 0) close(fd);
    reply(KIND_HELLO, text, 4 + (size > 0 ? (size_t)size : 0));
}

int main(void) {
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &child, NULL) != 0) die("sigprocmask");
    child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (child_fd < 0) die("signalfd");
    umask(022);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) die("dumpable"); /* nobody reads /proc/1 */
    if (syscall(SYS_setgroups, 0, NULL) != 0) die("setgroups");
    box_fd = open(BOX, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    tmp_fd = open(TMP, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (box_fd < 0 || tmp_fd < 0) die("box or tmp");
    box_inodes_free = inodes_free(box_fd);
    tmp_inodes_free = inodes_free(tmp_fd);
    open_counters();
    choose_channel();
    hello();
    for (;;) {
        unsigned char head[FRAME_HEAD_SIZE];
        uint32_t size;
        take(head, sizeof head);
        memcpy(&size, head, 4);
        switch (head[4]) {
            case KIND_PUT: put(size); break;
            case KIND_EXECUTE: execute(size); break;
            case KIND_RESET:
                drop(size);
                if (wipe(box_fd, BUILDER, box_inodes_free)) reply(KIND_OK, NULL, 0);
                else reply_error("reset", ENOTEMPTY);
                break;
            default: die("unknown request");
        }
    }
}
