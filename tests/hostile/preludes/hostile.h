/* Lies beside every hostile program in C and C++.
 *
 * The first line of the input decides: on `attack` main() runs; on `well` the program is a good citizen and says whether the place
 * is as a program must find it, whoever ran there before: `well`, or one line for everything that is not.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1 << 20)

/* What came of a call: "name done", or "name EPERM". */
static inline void tell(const char *name, long result) {
    printf("%s %s\n", name, result == -1 ? strerrorname_np(errno) : "done");
    fflush(stdout);
}
#define TRY(call) (errno = 0, tell(#call, (long)(call)))
/* Where it only matters that the answer is no, and which no depends on the way of isolating. */
#define REFUSED(name, call) puts((long)(call) == -1 ? name " refused" : name " done")
#define TRY_AS(name, call) (errno = 0, tell(name, (long)(call)))

/* Opens a path and closes it again: 0, or -1 with errno. */
static inline long opening(const char *path, int flags) {
    int fd = open(path, flags | O_NONBLOCK, 0600);
    if (fd < 0) return -1;
    close(fd);
    return 0;
}

static inline void nap(long ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000};
    nanosleep(&time, NULL);
}

static inline void use_cpu_ms(long ms) {
    struct timespec time;
    do clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    while (time.tv_sec * 1000 + time.tv_nsec / 1000000 < ms);
}

static int faults;

static inline void expect(int good, const char *what, long found) {
    if (good) return;
    printf("%s: %ld\n", what, found);
    faults++;
}

static inline long entries(const char *path) {
    DIR *folder = opendir(path);
    long count = 0;
    if (folder == NULL) return 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) count++;
    closedir(folder);
    return count;
}

static inline long other_processes(void) {
    DIR *folder = opendir("/proc");
    long count = 0;
    if (folder == NULL) return 0;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        int pid = atoi(entry->d_name);
        if (pid > 1 && pid != getpid()) count++;
    }
    closedir(folder);
    return count;
}

static inline long lines_in(const char *path) {
    FILE *file = fopen(path, "r");
    long count = 0;
    if (file == NULL) return 0;
    for (int c; (c = getc(file)) != EOF;) count += c == '\n';
    fclose(file);
    return count;
}

static inline long capabilities(void) {
    struct __user_cap_header_struct head = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct own[2];
    if (syscall(SYS_capget, &head, own) != 0) return -1;
    return own[0].effective | own[0].permitted | own[0].inheritable | own[1].effective | own[1].permitted | own[1].inheritable;
}

static inline void look_around(void) {
    struct rlimit limit;
    struct itimerval timer;
    struct sigaction action;
    sigset_t blocked;
    cpu_set_t processors;
    char folder[64] = "";
    int value = -1;

    expect(entries("/tmp") == 0, "files in /tmp", entries("/tmp"));
    expect(entries("/dev/shm") + entries("/dev/mqueue") == 0, "shared memory and queues", 1);
    expect(entries("/proc/self/fd") == 4, "descriptors and the list itself", entries("/proc/self/fd"));
    expect(other_processes() == 0, "other processes", other_processes());
    expect(lines_in("/proc/net/unix") <= 1 + 3, "sockets", lines_in("/proc/net/unix"));
    int own = open("/proc/self/exe", O_RDONLY);
    expect(flock(own, LOCK_EX | LOCK_NB) == 0, "lock on the program", errno);
    close(own);
    expect(getcwd(folder, sizeof folder) != NULL && strcmp(folder, "/tmp") == 0, "another working folder", 0);
    expect(getuid() >= 20000 && getuid() < 60000 && getuid() == geteuid() && getuid() == getgid(), "user", getuid());
    expect(getpgrp() == getpid() && getsid(0) == getpid(), "no session of its own", getsid(0));
    expect(umask(022) == 022, "umask", 0);
    expect(getpriority(PRIO_PROCESS, 0) == 0, "priority", getpriority(PRIO_PROCESS, 0));
    expect(sched_getscheduler(0) == SCHED_OTHER, "scheduler", sched_getscheduler(0));
    expect(sched_getaffinity(0, sizeof processors, &processors) == 0 && CPU_COUNT(&processors) == sysconf(_SC_NPROCESSORS_ONLN),
           "processors", CPU_COUNT(&processors));
    expect(personality(0xffffffff) == 0, "personality", personality(0xffffffff));
    expect(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1, "may gain privileges", 1);
    expect(capabilities() == 0, "capabilities", capabilities());
    expect(prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 1, "not dumpable", 0);
    expect(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0) == 50000, "timer slack", prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0));
    expect(prctl(PR_GET_PDEATHSIG, &value, 0, 0, 0) == 0 && value == 0, "death signal", value);
    expect(prctl(PR_GET_CHILD_SUBREAPER, &value, 0, 0, 0) == 0 && value == 0, "subreaper", value);
    sigprocmask(SIG_SETMASK, NULL, &blocked);
    for (int number = 1; number < 65; number++) {
        expect(!sigismember(&blocked, number), "blocked signal", number);
        if (sigaction(number, NULL, &action) == 0) expect(action.sa_handler == SIG_DFL, "handled signal", number);
    }
    for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++)
        expect(getitimer((__itimer_which_t)which, &timer) == 0 && timer.it_value.tv_sec == 0, "timer", which);
    getrlimit(RLIMIT_FSIZE, &limit);
    expect(limit.rlim_cur == RLIM_INFINITY, "limit on file sizes", (long)limit.rlim_cur);
    getrlimit(RLIMIT_AS, &limit);
    expect(limit.rlim_cur == RLIM_INFINITY, "limit on address space", (long)limit.rlim_cur);
    getrlimit(RLIMIT_NPROC, &limit);
    expect(limit.rlim_cur == 32 && limit.rlim_max == 32, "limit on processes", (long)limit.rlim_cur);
    getrlimit(RLIMIT_NOFILE, &limit);
    expect(limit.rlim_cur == limit.rlim_max && limit.rlim_cur >= 64, "limit on descriptors", (long)limit.rlim_cur);

    size_t size = 56 * MIB; /* of the 64 that it may use: nobody before may have kept any */
    char *memory = (char *)mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) memset(memory, 1, size);
    expect(memory != MAP_FAILED && memory[size - 1] == 1, "memory", 0);
    int fd = open("/tmp/mine", O_RDWR | O_CREAT | O_EXCL, 0600);
    expect(fd == 3 && write(fd, "mine", 4) == 4 && unlink("/tmp/mine") == 0, "file of its own", fd);
    for (int child = 0; child < 8; child++) {
        pid_t pid = fork();
        if (pid == 0) _exit(child);
        expect(pid > 0 && waitpid(pid, &value, 0) == pid && WEXITSTATUS(value) == child, "child", pid);
    }
}

static void __attribute__((constructor)) ask_first(void) {
    char line[64];
    size_t size = 0;
    while (size < sizeof line - 1 && read(0, line + size, 1) == 1 && line[size] != '\n') size++;
    line[size] = 0;
    if (strcmp(line, "well") != 0) return;
    look_around();
    if (faults == 0) puts("well");
    fflush(stdout);
    _exit(0);
}
