/* Tells the next case something, in every way that we know of; or looks for what the case before could have told.
 *
 * Input: `tell N` leaves the number N wherever it can. `look` prints one line `what: value` for all that a program sees of its
 * surroundings and that must not depend on who ran before, or on which case this is.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <linux/memfd.h>
#include <mqueue.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/file.h>
#include <sys/ipc.h>
#include <sys/mman.h>
#include <sys/msg.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/sem.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1 << 20)

static const struct sockaddr_un NAME = {.sun_family = AF_UNIX, .sun_path = "\0canary"};
static const char LIBRARY[] = "/usr/lib/x86_64-linux-gnu/libc.a";

static void spend(long ms) {
    struct timespec now;
    do clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    while (now.tv_sec * 1000 + now.tv_nsec / 1000000 < ms);
}

static void write_text(const char *path, const char *text) {
    int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0666);
    if (fd >= 0) (void)!write(fd, text, strlen(text)), close(fd);
}

static void leave(long number) {
    const char *folders[] = {"/tmp", "/box", "/dev/shm", "/dev/mqueue", "/dev", "/run", "/var/tmp", "/sys/fs/cgroup", "/", "/mnt"};
    char text[32], path[64];
    snprintf(text, sizeof text, "canary %ld\n", number);
    for (size_t at = 0; at < sizeof folders / sizeof *folders; at++) {
        snprintf(path, sizeof path, "%s/canary", folders[at]);
        write_text(path, text);
    }
    for (long file = 0; file < number; file++) { /* counts the numbers of files up */
        close(open("/tmp/counted", O_CREAT | O_WRONLY, 0600));
        unlink("/tmp/counted");
    }
    for (long child = 0; child < number; child++) { /* and those of processes */
        if (vfork() == 0) _exit(0);
        wait(NULL);
    }
    struct timespec times[2] = {{number, number}, {number, number}};
    utimensat(AT_FDCWD, "/tmp", times, 0), utimensat(AT_FDCWD, "/box/program", times, 0);
    char *memory = malloc((size_t)number << 14); /* the largest that it ever was */
    if (memory != NULL) memset(memory, 1, (size_t)number << 14);
    spend(number / 4); /* the time that was used */

    int shared = shmget(4711, 4096, IPC_CREAT | 0666);
    if (shared >= 0) memcpy(shmat(shared, NULL, 0), text, sizeof text);
    semget(4711, 1, IPC_CREAT | 0666), msgget(4711, IPC_CREAT | 0666), mq_open("/canary", O_CREAT | O_RDWR, 0666, NULL);
    syscall(SYS_add_key, "user", "canary", text, strlen(text), -3), syscall(SYS_add_key, "user", "canary", text, strlen(text), -4);
    syscall(SYS_keyctl, 1, "canary");
    write_text("/proc/self/comm", text), write_text("/proc/self/loginuid", "4711"), write_text("/proc/sys/kernel/domainname", text);
    sethostname(text, strlen(text)), setpriority(PRIO_USER, 0, 5), prctl(PR_SET_TIMERSLACK, number);

    if (fork() == 0) { /* a daemon that holds what is only there as long as somebody does */
        setsid();
        signal(SIGHUP, SIG_IGN), signal(SIGTERM, SIG_IGN);
        int fd = open("/box/program", O_RDONLY), socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
        flock(fd, LOCK_EX);
        bind(socket_fd, (const struct sockaddr *)&NAME, sizeof NAME), listen(socket_fd, 1);
        for (long at = 0; at < number % 10; at++) open("/dev/ptmx", O_RDWR | O_NOCTTY);
        chdir("/tmp"), memfd_create(text, 0);
        for (;;) pause();
    }
    int library = open(LIBRARY, O_RDONLY); /* what is cached of the image's files is one for all */
    posix_fadvise(library, 0, 0, POSIX_FADV_DONTNEED);
    usleep(20000);
}

static void say(const char *what, const char *value) { printf("%s: %s\n", what, value); }

static void count(const char *what, long value) { printf("%s: %ld\n", what, value); }

static void file(const char *what, const char *path, const char *until) {
    char text[8192] = "";
    int fd = open(path, O_RDONLY);
    ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    if (fd >= 0) close(fd);
    if (size < 0) snprintf(text, sizeof text, "%s", strerrorname_np(errno));
    char *end = until ? strstr(text, until) : NULL;
    if (end) *end = 0;
    for (char *at = text; *at; at++)
        if (*at == '\n' || *at == 0) *at = ' ';
    say(what, text);
}

static void folder(const char *path) {
    DIR *list = opendir(path);
    char names[4096] = "";
    if (list == NULL) return say(path, strerrorname_np(errno));
    for (struct dirent *entry; (entry = readdir(list)) != NULL;)
        if (entry->d_name[0] != '.' && strlen(names) + strlen(entry->d_name) + 2 < sizeof names) strcat(strcat(names, " "), entry->d_name);
    closedir(list);
    say(path, names);
}

static long canaries;

static int is_canary(const char *path, const struct stat *about, int kind, struct FTW *where) {
    (void)about, (void)where;
    if (kind == FTW_F && strstr(path, "canary") != NULL) canaries++;
    return 0;
}

/* Mounts, without the numbers that the kernel gives them. */
static void mounts(void) {
    FILE *list = fopen("/proc/self/mountinfo", "r");
    char line[4096], root[1024], target[256];
    while (list != NULL && fgets(line, sizeof line, list) != NULL)
        if (sscanf(line, "%*d %*d %*s %1023s %255s", root, target) == 2) printf("mount %s: %s\n", target, root);
    if (list != NULL) fclose(list);
}

static void look(char **argv) {
    struct stat about;
    struct timespec now;
    struct utsname names;
    char text[256];
    count("arguments", argv[1] != NULL);
    say("started as", argv[0]);
    for (char **variable = environ; *variable != NULL; variable++) say("environment", *variable);
    say("folder", getcwd(text, sizeof text));
    uname(&names);
    snprintf(text, sizeof text, "%s %s", names.nodename, names.domainname);
    say("host", text);
    count("pid", getpid()), count("parent", getppid()), count("session", getsid(0)), count("priority", getpriority(PRIO_PROCESS, 0));
    file("last pid", "/proc/sys/kernel/ns_last_pid", NULL);
    for (int which = 0; which < RLIM_NLIMITS; which++) {
        struct rlimit limit;
        getrlimit((__rlimit_resource_t)which, &limit);
        snprintf(text, sizeof text, "%lx %lx", limit.rlim_cur, limit.rlim_max);
        say("limit", text);
    }
    for (unsigned long key = AT_PHENT; key < AT_SECURE + 1; key++)
        if (key != AT_PHDR && key != AT_BASE && key != AT_ENTRY && key != AT_PLATFORM && (key < AT_UID || key > AT_EGID))
            count("auxiliary", (long)getauxval(key));
    mounts();
    const char *folders[] = {"/", "/box", "/tmp", "/dev", "/dev/pts", "/dev/shm", "/dev/mqueue", "/run", "/mnt", "/proc/self/fd", "/sys"};
    for (size_t at = 0; at < sizeof folders / sizeof *folders; at++) folder(folders[at]);
    const char *trees[] = {"/tmp", "/box", "/dev", "/run", "/var", "/mnt", "/sys/fs", "/home", "/srv"};
    for (size_t at = 0; at < sizeof trees / sizeof *trees; at++) nftw(trees[at], is_canary, 32, FTW_PHYS | FTW_MOUNT);
    count("canaries", canaries);

    int fd = open("/tmp/first", O_CREAT | O_WRONLY, 0600);
    fstat(fd, &about), unlink("/tmp/first");
    count("number of a file", (long)about.st_ino);
    clock_gettime(CLOCK_REALTIME, &now);
    stat("/tmp", &about);
    FILE *process_1 = fopen("/proc/1/stat", "r");
    long started = 0;
    if (process_1 != NULL)
        (void)!fscanf(process_1, "%*d %*s %*c %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %*d %ld", &started);
    struct timespec up;
    clock_gettime(CLOCK_BOOTTIME, &up);
    count("process 1 is older than this case", up.tv_sec * 100 + up.tv_nsec / 10000000 - started > 25);
    struct timespec used;
    count("time of process 1 is large", clock_gettime(~1u << 3 | 2, &used) == 0 && used.tv_nsec + used.tv_sec * 1000000000 > 5000000);
    stat("/proc/self", &about);

    file("shared memory", "/proc/sysvipc/shm", NULL), file("semaphores", "/proc/sysvipc/sem", NULL);
    file("queues", "/proc/sysvipc/msg", NULL), file("keys", "/proc/keys", NULL), file("sockets", "/proc/net/unix", "00000");
    count("System V", shmget(4711, 4096, 0)), count("POSIX", mq_open("/canary", O_RDONLY));
    count("key", syscall(SYS_request_key, "user", "canary", NULL, 0));
    count("abstract socket", connect(socket(AF_UNIX, SOCK_STREAM, 0), (const struct sockaddr *)&NAME, sizeof NAME));
    count("lock", flock(open("/box/program", O_RDONLY), LOCK_EX | LOCK_NB));
    count("timer slack", prctl(PR_GET_TIMERSLACK));
    posix_fadvise(fd = open(LIBRARY, O_RDONLY), 0, 0, POSIX_FADV_RANDOM);
    say("forgets what is cached", strerrorname_np(posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED)) ?: "done");
    file("control group's memory", "/sys/fs/cgroup/memory/memory.max_usage_in_bytes", NULL);
    file("control group's memory, v2", "/sys/fs/cgroup/memory.peak", NULL);
    file("control group's processes", "/sys/fs/cgroup/pids/pids.peak", NULL);
    file("control group's time", "/sys/fs/cgroup/cpuacct/cpuacct.usage", NULL);
    file("control group's time, v2", "/sys/fs/cgroup/cpu.stat", NULL);
    file("control group's throttling", "/sys/fs/cgroup/cpu/cpu.stat", NULL);
}

int main(int argc, char **argv) {
    char line[64] = "";
    (void)argc;
    if (fgets(line, sizeof line, stdin) == NULL) return 1;
    if (strncmp(line, "tell ", 5) == 0) leave(atol(line + 5));
    else look(argv);
}
