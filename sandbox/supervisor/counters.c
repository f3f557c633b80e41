/* Clocks and counters: the cgroup's own, and what else the machine does. Works with cgroup v1 and v2. */
#define _GNU_SOURCE
#include "supervisor.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define YARD_ROUNDS 200000u /* about 0.5 ms: long enough to feel a busy neighbour, short beside any run that asks for it */
#define MEMORY_MARGIN (4u * 1024 * 1024) /* bytes; the kernel's own counting is that coarse, and a limit leaves as much slack */
#define MEMORY_TRIES 500                 /* of 1 ms */
#define YARD_WORDS 16384u   /* 64 KiB: its loads miss the first-level cache, as a program's do */

static int cpu_fd = -1, oom_fd = -1, stat_fd = -1, memory_fd = -1, memory_stat_fd = -1, memory_most_fd = -1, memory_limit_fd = -1;
static const char *cpu_key = NULL; /* NULL: the file is one number in ns (cgroup v1), else the key of a number in us (v2) */
static int cpu_is_ns = 0;
static uint64_t jiffy_us = 10000;

uint64_t monotonic_us(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t timeval_us(struct timeval value) { return (uint64_t)value.tv_sec * 1000000u + (uint64_t)value.tv_usec; }

uint64_t own_cpu_us(void) {
    struct rusage own;
    getrusage(RUSAGE_SELF, &own);
    return timeval_us(own.ru_utime) + timeval_us(own.ru_stime);
}

/* The number after `key` at the start of a line, or the whole file's number if `key` is NULL. */
static uint64_t number_in(int fd, const char *key) {
    char text[4096];
    ssize_t size = pread(fd, text, sizeof text - 1, 0);
    if (size <= 0) return 0;
    text[size] = 0;
    if (key == NULL) return strtoull(text, NULL, 10);
    size_t length = strlen(key);
    for (char *line = text; line != NULL && *line; line = strchr(line, '\n'), line = line ? line + 1 : NULL)
        if (strncmp(line, key, length) == 0 && line[length] == ' ') return strtoull(line + length + 1, NULL, 10);
    return 0;
}

int has_cpu_clock(void) { return cpu_fd >= 0; }

uint64_t cgroup_cpu_us(void) {
    uint64_t value = number_in(cpu_fd, cpu_key);
    return cpu_is_ns ? value / 1000u : value;
}

uint64_t oom_kills(void) { return oom_fd < 0 ? 0 : number_in(oom_fd, "oom_kill"); }

/* How often the container's own limit was reached. Only cgroup v2 counts that. */
uint64_t own_ooms(void) { return oom_fd < 0 ? 0 : number_in(oom_fd, "oom"); }

/* Whether a kill for memory can have come from the container's own limit. Where the machine has none left, or a group around us, the
 * kernel kills programs too, them first, and counts it in the same place. cgroup v1 keeps only the most that was ever used. */
int was_at_own_limit(uint64_t ooms_before) {
    if (memory_most_fd < 0 || memory_limit_fd < 0) return oom_fd < 0 || own_ooms() > ooms_before;
    return number_in(memory_most_fd, NULL) + MEMORY_MARGIN >= number_in(memory_limit_fd, NULL);
}

/* ---- memory that is still charged after a run ---- */

static uint64_t settled_usage, settled_held; /* bytes: all that was charged when we last looked closely, and what of it is held */
static int settled_known;

/* What is charged and cannot be reclaimed at need: everything but cached pages of files. */
static uint64_t held_bytes(uint64_t usage) {
    uint64_t cached = number_in(memory_stat_fd, "inactive_file") + number_in(memory_stat_fd, "active_file");
    return usage > cached ? usage - cached : 0;
}

/* Before a run: what is in /box and in ourselves is no leftover. */
void forget_memory(void) { settled_known = 0; }

void note_memory(void) {
    if (settled_known || memory_fd < 0) return;
    settled_usage = number_in(memory_fd, NULL);
    settled_held = held_bytes(settled_usage);
    settled_known = 1;
}

/* After a run: wait until its memory is free. The kernel frees page tables and sockets that hold only each other a while after the
 * last process has ended; the next run must not be killed for them. `ours` bytes are what we still hold of it. 1 if it is free. */
int memory_is_free(uint64_t ours) {
    if (memory_fd < 0 || number_in(memory_fd, NULL) <= settled_usage + ours + MEMORY_MARGIN) return 1;
    for (int tries = 0; tries < MEMORY_TRIES; tries++) {
        uint64_t usage = number_in(memory_fd, NULL);
        if (held_bytes(usage) <= settled_held + ours + MEMORY_MARGIN) {
            if (ours == 0) settled_usage = usage;
            return 1;
        }
        int pair[2];
        if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0) { /* closing one is what makes the kernel look */
            close(pair[0]);
            close(pair[1]);
        }
        usleep(1000);
    }
    return 0;
}

/* What the hypervisor has taken from all CPUs since the machine began: the eighth number of /proc/stat. */
uint64_t stolen_us(void) {
    char text[512];
    ssize_t size = stat_fd < 0 ? 0 : pread(stat_fd, text, sizeof text - 1, 0);
    if (size <= 0) return 0;
    text[size] = 0;
    char *at = strchr(text, ' ');
    for (int field = 1; field < 8 && at != NULL; field++) strtoull(at, &at, 10);
    return at == NULL ? 0 : strtoull(at, NULL, 10) * jiffy_us;
}

/* The second number of a schedstat: ns that a thread wanted a CPU and had none. */
static uint64_t delay_in(int folder, const char *path) {
    char text[128];
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return 0;
    ssize_t size = read(fd, text, sizeof text - 1); /* "time on the CPU in ns, time waiting for one in ns, slices" */
    close(fd);
    if (size <= 0) return 0;
    text[size] = 0;
    char *second = strchr(text, ' ');
    return second ? strtoull(second, NULL, 10) : 0;
}

/* Of one process that has ended and was not waited for yet. */
uint64_t run_delay_of(int proc_fd, pid_t pid) {
    char path[48];
    snprintf(path, sizeof path, "%d/schedstat", pid);
    return delay_in(proc_fd, path) / 1000u;
}

static uint64_t longest_delay_ns;

static void look_at_thread(int tasks, const char *name) {
    char path[64];
    snprintf(path, sizeof path, "%.20s/schedstat", name);
    uint64_t delay = delay_in(tasks, path);
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
uint64_t starved_us(void) {
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    longest_delay_ns = 0;
    if (proc >= 0) {
        each_entry(proc, look_at_process);
        close(proc);
    }
    return longest_delay_ns / 1000u;
}

/* CPU time of a fixed piece of work: dependent loads, multiplications and branches that cannot be foreseen, as in a usual program. */
uint64_t yard_ns(void) {
    static uint32_t words[YARD_WORDS];
    struct timespec before, after;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
    uint32_t state = 1;
    for (uint32_t i = 0; i < YARD_ROUNDS; i++) {
        state = state * 1664525u + 1013904223u;
        uint32_t *word = &words[(state >> 8) % YARD_WORDS];
        if (state & 0x10000u) *word += state;
        else *word ^= state >> 3;
        state += *word & 0xffu;
    }
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
    words[0] = state; /* the work has a result, so that the compiler must do it */
    return (uint64_t)(after.tv_sec - before.tv_sec) * 1000000000u + (uint64_t)(after.tv_nsec - before.tv_nsec);
}

/* Opens what is read later, and closes the folder to everybody else: the counters of earlier runs are in it. Where a cgroup v2
 * file system refuses that, namespaces of its own keep a run from seeing it. */
void open_counters(void) {
    static const char *const v1[] = {"/sys/fs/cgroup/cpuacct/cpuacct.usage", "/sys/fs/cgroup/cpu,cpuacct/cpuacct.usage"};
    for (size_t i = 0; i < 2 && cpu_fd < 0; i++) cpu_fd = open(v1[i], O_RDONLY | O_CLOEXEC);
    cpu_is_ns = cpu_fd >= 0;
    if (cpu_fd < 0) {
        cpu_fd = open("/sys/fs/cgroup/cpu.stat", O_RDONLY | O_CLOEXEC);
        cpu_key = "usage_usec";
    }
    oom_fd = open("/sys/fs/cgroup/memory/memory.oom_control", O_RDONLY | O_CLOEXEC);
    if (oom_fd < 0) oom_fd = open("/sys/fs/cgroup/memory.events", O_RDONLY | O_CLOEXEC);
    memory_fd = open("/sys/fs/cgroup/memory/memory.usage_in_bytes", O_RDONLY | O_CLOEXEC);
    if (memory_fd >= 0) {
        memory_stat_fd = open("/sys/fs/cgroup/memory/memory.stat", O_RDONLY | O_CLOEXEC);
        memory_most_fd = open("/sys/fs/cgroup/memory/memory.max_usage_in_bytes", O_RDONLY | O_CLOEXEC);
        memory_limit_fd = open("/sys/fs/cgroup/memory/memory.limit_in_bytes", O_RDONLY | O_CLOEXEC);
    } else {
        memory_fd = open("/sys/fs/cgroup/memory.current", O_RDONLY | O_CLOEXEC);
        memory_stat_fd = open("/sys/fs/cgroup/memory.stat", O_RDONLY | O_CLOEXEC);
    }
    (void)!chmod("/sys/fs/cgroup", 0700);
    stat_fd = open("/proc/stat", O_RDONLY | O_CLOEXEC);
    long per_second = sysconf(_SC_CLK_TCK);
    if (per_second > 0) jiffy_us = 1000000u / (uint64_t)per_second;
}
