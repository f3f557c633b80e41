/* One run: input, start, watch, end, sweep, report.
 *
 * Watching means: take what it writes, look at the CPU clock at least so often that no limit is passed unseen, end it at its limits.
 * Nothing of a program outlives its run: every process is killed and waited for before the report goes out.
 */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define STDERR_MAX 65536     /* bytes of standard error kept; the rest is read and dropped */
#define ARGV_MAX_BYTES 65536 /* far above any language's command line */
#define ARGV_MAX 256
#define STARVED_FACTOR 10    /* so many times its wall time does a program get that waits for a CPU or for the other side */
#define WATCH_MAX_MS 100     /* look at the CPU clock at least this often */

extern int child_fd;

static unsigned char out_head[CHUNK], err_head[STDERR_MAX], waste[CHUNK], pending[CHUNK];
static char arguments[ARGV_MAX_BYTES];

struct watch {
    const struct run_head *head;
    pid_t main;
    int main_ended, in, out, err, spill;
    uint32_t out_size, err_size, status, flags;
    uint32_t pending_at, pending_size; /* input that the program has not taken yet */
    int closing;                       /* and no more will come */
    uint64_t peak_kib, rusage_cpu_us, kernel_us, page_faults, blocks_read; /* of the processes that were waited for */
    uint64_t start, ended_at, cpu_before, own_before, wall_limit, waited, stolen_before, stolen_from, starved;
};

uid_t draw_user(void) {
    uint32_t random = 0;
    (void)!getrandom(&random, sizeof random, 0);
    return CANDIDATE_FIRST + random % CANDIDATE_COUNT;
}

static void main_has_ended(struct watch *watch, uint32_t status) {
    watch->main_ended = 1;
    watch->ended_at = monotonic_us();
    watch->status = watch->head->flags & ISOLATE && shared->ended ? shared->status : status;
}

static void reap(struct watch *watch, int options) {
    for (;;) {
        int status;
        struct rusage usage;
        pid_t pid = wait4(-1, &status, options, &usage);
        if (pid < 0 && errno == EINTR) continue;
        if (pid <= 0) return;
        watch->rusage_cpu_us += timeval_us(usage.ru_utime) + timeval_us(usage.ru_stime);
        watch->kernel_us += timeval_us(usage.ru_stime);
        watch->page_faults += (uint64_t)usage.ru_minflt;
        watch->blocks_read += (uint64_t)usage.ru_inblock;
        if ((uint64_t)usage.ru_maxrss > watch->peak_kib) watch->peak_kib = (uint64_t)usage.ru_maxrss;
        if (pid == watch->main) {
            main_has_ended(watch, (uint32_t)status);
            if (options & WNOHANG) return;
        }
    }
}

/* Before the first process is waited for, its own counters are still there. Only long runs pay for looking. */
static void note_delay(struct watch *watch) {
    siginfo_t about = {0};
    if (watch->head->flags & ISOLATE || monotonic_us() - watch->start < NOISE_FROM_US) return;
    if (waitid(P_PID, (id_t)watch->main, &about, WEXITED | WNOHANG | WNOWAIT) != 0 || about.si_pid != watch->main) return;
    int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (proc < 0) return;
    shared->run_delay_us = run_delay_of(proc, watch->main);
    close(proc);
}

static void keep_output(struct watch *watch, const unsigned char *from, size_t size) {
    if (watch->out_size < sizeof out_head) { /* a read never goes past the head's end, see below */
        watch->out_size += (uint32_t)size;
        return;
    }
    if (watch->spill < 0) watch->spill = memfd_create("out", MFD_CLOEXEC);
    for (size_t done = 0; done < size;) {
        ssize_t put = write(watch->spill, from + done, size - done);
        if (put <= 0) {
            if (errno == EINTR) continue;
            die("spill");
        }
        done += (size_t)put;
    }
    watch->out_size += (uint32_t)size;
}

/* Reads what standard output has. The first 64 KiB stay here; more goes to a memfd, so that our own memory does not grow. */
static int read_output(struct watch *watch) {
    int to_head = watch->out_size < sizeof out_head;
    unsigned char *to = to_head ? out_head + watch->out_size : waste;
    size_t room = to_head ? sizeof out_head - watch->out_size : sizeof waste;
    ssize_t got = read(watch->out, to, room);
    if (got < 0) return errno == EINTR || (errno == EAGAIN && !watch->main_ended);
    if (got == 0) return 0;
    if ((uint64_t)watch->out_size + (uint64_t)got > watch->head->output_max) {
        watch->flags |= KILLED_OUTPUT;
        got = (ssize_t)(watch->head->output_max - watch->out_size);
    }
    if (got > 0) {
        if (watch->head->flags & CONVERSE) reply(KIND_OUTPUT, to, (size_t)got);
        keep_output(watch, to, (size_t)got);
    }
    return !(watch->flags & KILLED_OUTPUT);
}

static int read_errors(struct watch *watch) {
    int to_head = watch->err_size < sizeof err_head;
    ssize_t got = read(watch->err, to_head ? err_head + watch->err_size : waste,
                       to_head ? sizeof err_head - watch->err_size : sizeof waste);
    if (got < 0) return errno == EINTR || (errno == EAGAIN && !watch->main_ended);
    if (to_head) watch->err_size += (uint32_t)got;
    return got > 0;
}

/* ---- a conversation's input ---- */

static void close_input(struct watch *watch) {
    if (watch->in >= 0) close(watch->in);
    watch->in = -1;
    watch->pending_size = watch->pending_at = 0;
}

static void give_input(struct watch *watch) {
    while (watch->in >= 0 && watch->pending_at < watch->pending_size) {
        ssize_t put = write(watch->in, pending + watch->pending_at, watch->pending_size - watch->pending_at);
        if (put < 0 && errno == EINTR) continue;
        if (put < 0 && errno == EAGAIN) return;
        if (put < 0) return close_input(watch); /* it reads no more; that is its own affair */
        watch->pending_at += (uint32_t)put;
    }
    if (watch->closing && watch->in >= 0) close_input(watch);
}

static void hear(struct watch *watch) {
    unsigned char head[FRAME_HEAD_SIZE];
    uint32_t size, credit_us;
    take(head, sizeof head);
    memcpy(&size, head, 4);
    if (head[4] == KIND_CLOSE) {
        drop(size);
        watch->closing = 1;
    } else {
        if (head[4] != KIND_INPUT || size < 4 || size - 4 > sizeof pending) die("conversation frame");
        take(&credit_us, 4);
        take(pending, size - 4);
        watch->pending_at = 0;
        watch->pending_size = size - 4;
        uint64_t most = (uint64_t)watch->head->wall_ms * 1000u * (STARVED_FACTOR - 1);
        watch->waited = watch->waited + credit_us < most ? watch->waited + credit_us : most;
    }
    give_input(watch);
}

/* ---- watching ---- */

static uint64_t run_cpu_us(const struct watch *watch) {
    if (!has_cpu_clock()) return 0;
    uint64_t all = cgroup_cpu_us() - watch->cpu_before, own = own_cpu_us() - watch->own_before;
    return all > own ? all - own : 0;
}

/* What to do with a program that is at its wall time: end it, or give it the time that it waited for a CPU or for the other side. */
static uint32_t over_wall(struct watch *watch, uint64_t wall) {
    uint64_t asked = (uint64_t)watch->head->wall_ms * 1000u;
    watch->starved = starved_us();
    uint64_t excused = watch->starved + watch->waited;
    if (excused + asked <= wall) return KILLED_WALL;
    if (wall >= STARVED_FACTOR * asked) return STARVED;
    watch->wall_limit = asked + excused + 1000;
    return 0;
}

static void watch_until_end(struct watch *watch) {
    struct pollfd fds[5] = {
        {child_fd, POLLIN, 0}, {watch->out, POLLIN, 0}, {watch->err, POLLIN, 0}, {0, 0, 0} /* only its hang-up */, {-1, POLLOUT, 0}
    };
    uint64_t cpu_limit = (uint64_t)watch->head->cpu_kill_ms * 1000u;
    uint64_t look_at = watch->start; /* when to read the CPU clock next: it cannot get there sooner on one CPU */
    const uint32_t killed = KILLED_CPU | KILLED_WALL | KILLED_OUTPUT | STARVED;
    while (!watch->main_ended) {
        uint64_t now = monotonic_us();
        if (!(watch->flags & killed)) {
            if (now - watch->start >= watch->wall_limit) watch->flags |= over_wall(watch, now - watch->start);
            if (now >= look_at && now > watch->start && !(watch->flags & killed)) {
                uint64_t used = run_cpu_us(watch);
                if (used >= cpu_limit) {
                    watch->flags |= KILLED_CPU;
                    watch->starved = starved_us();
                } else look_at = now + (cpu_limit - used) / 2 + 500;
            }
            if (watch->stolen_from == 0 && now - watch->start >= NOISE_FROM_US) {
                watch->stolen_from = now;
                watch->stolen_before = stolen_us();
            }
        }
        uint64_t wait_us = WATCH_MAX_MS * 1000u;
        if (watch->flags & killed) {
            kill(-1, SIGKILL);
            wait_us = 1000;
        } else {
            uint64_t wall_end = watch->start + watch->wall_limit;
            if (wall_end > now && wall_end - now < wait_us) wait_us = wall_end - now;
            if (look_at > now && look_at - now < wait_us) wait_us = look_at - now;
            if (look_at <= now) look_at = now + (cpu_limit / 2 < wait_us ? cpu_limit / 2 : wait_us);
            if (watch->stolen_from == 0 && wait_us > NOISE_FROM_US) wait_us = NOISE_FROM_US;
        }
        if (watch->head->flags & CONVERSE) {
            int full = watch->pending_at < watch->pending_size;
            fds[3].events = full || watch->closing ? 0 : POLLIN;
            fds[4].fd = full ? watch->in : -1;
            if (!full && !watch->closing && frame_waits()) {
                hear(watch);
                continue;
            }
        }
        if (poll(fds, 5, (int)(wait_us / 1000u) + 1) < 0 && errno != EINTR) die("poll");
        if (fds[3].revents & (POLLHUP | POLLERR)) _exit(0);
        if (fds[4].fd >= 0 && fds[4].revents) give_input(watch);
        if (fds[3].revents & POLLIN) hear(watch);
        if (fds[1].revents && !read_output(watch)) fds[1].fd = -1;
        if (fds[2].revents && !read_errors(watch)) fds[2].fd = -1;
        if (fds[0].revents) {
            struct signalfd_siginfo info[4];
            (void)!read(child_fd, info, sizeof info);
            note_delay(watch);
            reap(watch, WNOHANG);
        }
    }
}

/* Whatever the program left behind: daemons, stopped children, a fork bomb. */
static void end_all(struct watch *watch) {
    for (;;) {
        siginfo_t left;
        if (waitid(P_ALL, 0, &left, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD) return;
        kill(-1, SIGKILL);
        reap(watch, 0);
    }
}

/* ---- the report ---- */

static void send_spilled(const struct watch *watch, size_t size) {
    lseek(watch->spill, 0, SEEK_SET);
    while (size > 0) {
        ssize_t got = read(watch->spill, waste, size < sizeof waste ? size : sizeof waste);
        if (got <= 0) die("spill read");
        struct iovec part[1] = {{waste, (size_t)got}};
        send_all(part, 1);
        size -= (size_t)got;
    }
}

static void send_ended(const struct watch *watch, const struct run_tail *tail) {
    unsigned char head[FRAME_HEAD_SIZE];
    frame_head(head, (uint32_t)sizeof *tail + tail->stdout_size + tail->stderr_size + tail->files_size, KIND_ENDED);
    size_t in_head = tail->stdout_size < sizeof out_head ? tail->stdout_size : sizeof out_head;
    struct iovec all[4] = {
        {head, sizeof head}, {(void *)tail, sizeof *tail}, {out_head, in_head}, {err_head, tail->stderr_size}
    };
    if (watch->spill < 0) {
        send_all(all, 4);
    } else {
        send_all(all, 3);
        send_spilled(watch, tail->stdout_size - in_head);
        struct iovec last[1] = {{err_head, tail->stderr_size}};
        send_all(last, 1);
    }
    send_listed();
}

static int sealed_input(uint32_t size) {
    int in = memfd_create("in", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (in < 0) die("memfd");
    int error = take_into(in, size);
    if (error) {
        close(in);
        reply_error("input", error);
        return -1;
    }
    lseek(in, 0, SEEK_SET);
    fcntl(in, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SHRINK | F_SEAL_SEAL);
    return in;
}

static size_t take_argv(char **argv, const struct run_head *head, uint32_t size) {
    size_t count = 0;
    if (head->argv_size == 0 || head->argv_size > sizeof arguments || head->argv_size > size) die("execute argv");
    take(arguments, head->argv_size);
    if (arguments[head->argv_size - 1] != 0) die("execute argv end");
    for (char *at = arguments; at < arguments + head->argv_size && count < ARGV_MAX; at += strlen(at) + 1) argv[count++] = at;
    argv[count] = NULL;
    return head->argv_size;
}

/* Takes the folder's name; it is a plain one. */
static uint32_t take_collect(char *name, const struct run_head *head, uint32_t size) {
    if (head->collect_size > NAME_MAX_BYTES || head->collect_size > size) die("execute folder");
    take(name, head->collect_size);
    name[head->collect_size] = 0;
    if (strchr(name, '/') || name[0] == '.' || strlen(name) != head->collect_size) die("execute folder name");
    return head->collect_size;
}

void execute(uint32_t size, uid_t user) {
    struct run_head head;
    char *argv[ARGV_MAX + 1], collect[NAME_MAX_BYTES + 1];
    if (size < sizeof head) die("execute frame");
    take(&head, sizeof head);
    size -= (uint32_t)sizeof head;
    size -= (uint32_t)take_argv(argv, &head, size);
    size -= take_collect(collect, &head, size);
    if (head.who == 'b') user = BUILDER;
    if (head.collect_size > 0) make_folder(collect, user);

    int in[2] = {-1, -1}, out[2], err[2];
    if (head.flags & CONVERSE) {
        if (size > 0) die("execute input");
        if (pipe2(in, O_CLOEXEC) != 0) die("pipe");
        fcntl(in[1], F_SETFL, O_NONBLOCK);
    } else if ((in[0] = sealed_input(size)) < 0) {
        return;
    }
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) die("pipe");

    struct watch watch = {.head = &head, .in = in[1], .out = out[0], .err = err[0], .spill = -1};
    watch.wall_limit = (uint64_t)head.wall_ms * 1000u;
    uint64_t kills_before = oom_kills(), ooms_before = own_ooms();
    watch.own_before = own_cpu_us();
    watch.cpu_before = has_cpu_clock() ? cgroup_cpu_us() : 0;
    forget_times();
    note_memory();
    watch.start = monotonic_us();
    watch.main = start_program(&head, user, in[0], out[1], err[1], argv);
    if (watch.main < 0) die("start");
    close(in[0]);
    close(out[1]);
    close(err[1]);
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    watch_until_end(&watch);

    struct run_tail tail = {.wall_us = watch.ended_at - watch.start, .exec_error = (uint32_t)shared->exec_error};
    uint64_t stolen = watch.stolen_from == 0 ? 0 : stolen_us();
    if (stolen > watch.stolen_before) tail.stolen_us = stolen - watch.stolen_before; /* a machine that was moved begins anew */
    end_all(&watch);
    tail.cpu_us = has_cpu_clock() ? run_cpu_us(&watch) : watch.rusage_cpu_us;
    if (!has_cpu_clock()) watch.flags |= CPU_BY_RUSAGE;
    if (!(watch.flags & KILLED_OUTPUT)) /* every writer is dead: what is in the pipe now is all there will be */
        while (read_output(&watch)) {}
    while (read_errors(&watch)) {}
    close_input(&watch);
    close(out[0]);
    close(err[0]);
    tail.oom_kills = (uint32_t)(oom_kills() - kills_before);
    if (tail.oom_kills > 0 && !was_at_own_limit(ooms_before)) watch.flags |= MACHINE_FULL;
    tail.run_delay_us = shared->run_delay_us > watch.starved ? shared->run_delay_us : watch.starved;
    if (tail.wall_us < NOISE_FROM_US) tail.run_delay_us = 0;
    else tail.kernel_us = watch.kernel_us;
    tail.page_faults = watch.page_faults;
    tail.disk_read_kib = (uint32_t)(watch.blocks_read / 2); /* of 512 bytes, getrusage(2) */
    if (head.collect_size > 0) tail.files_size = list_folder(collect, user);
    if (user == BUILDER) settle_box();
    if (!wipe_tmp(user)) watch.flags |= NOT_CLEAN;
    uint64_t ours = tail.files_size + (watch.spill < 0 ? 0 : watch.out_size - sizeof out_head);
    if (user == BUILDER) forget_memory(); /* what it made lies in /box */
    else if (!memory_is_free(ours)) watch.flags |= NOT_CLEAN;
    if (shared->setup_error) watch.flags |= NOT_SET_UP;
    tail.status = watch.status;
    tail.flags = watch.flags;
    tail.peak_kib = watch.peak_kib;
    tail.ended_at_us = watch.ended_at;
    tail.stdout_size = watch.out_size;
    tail.stderr_size = watch.err_size;
    send_ended(&watch, &tail);
    if (watch.spill >= 0) close(watch.spill);
}
