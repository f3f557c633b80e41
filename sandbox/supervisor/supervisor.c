/* Process 1 of a sandbox container: starts every compilation and every test case, and says how it ended.
 *
 * It is static, has no configuration, allocates nothing after its start and trusts nothing that a program left behind. It runs as
 * root of a container that has only CAP_SETUID, CAP_SETGID and CAP_KILL, so that it can change to the users below and end them.
 *
 *     builder    uid 10000, owns /box; compiles
 *     candidate  a uid of 20000..59999, drawn anew for every run, so that nothing of one run is owned by the next
 *
 *     frames.c     bytes in and out          counters.c   clocks, memory, what else the machine does
 *     files.c      /box and /tmp             isolation.c  how a program is started
 *     run.c        one run                   protocol.h   what the runner and we say to each other
 *
 * When standard input closes, the runner is gone: the supervisor exits, and with process 1 the kernel ends everything else.
 */
#define _GNU_SOURCE
#include "supervisor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

static const char DOOR[] = "/run/sarap/supervisor";

int child_fd = -1; /* tells of ended processes (signalfd) */

/* Speak over the socket that the runner may have mounted, else over the attached standard streams. */
static void choose_channel(void) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, DOOR, sizeof DOOR);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) return;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0 && (dup2(fd, 0) != 0 || dup2(fd, 1) != 1)) die("dup2");
    close(fd);
}

static size_t content_of(const char *path, char *text, size_t room) {
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t size = fd < 0 ? 0 : read(fd, text, room);
    if (fd >= 0) close(fd);
    return size > 0 ? (size_t)size : 0;
}

static void hello(void) {
    struct {
        struct hello_head head;
        char toolchain[4096];
    } greeting = {.head = {.version = PROTOCOL_VERSION}};
    char number[32];
    number[content_of("/etc/sarap-startup-us", number, sizeof number - 1)] = 0;
    greeting.head.startup_us = (uint32_t)strtoul(number, NULL, 10);
    greeting.head.isolate_error = (uint32_t)try_isolation();
    greeting.head.can_isolate = greeting.head.isolate_error == 0;
    size_t size = content_of("/etc/sarap-toolchain", greeting.toolchain, sizeof greeting.toolchain);
    reply(KIND_HELLO, &greeting, sizeof greeting.head + size);
}

static void forget_children(void) {
    struct signalfd_siginfo info[4];
    while (read(child_fd, info, sizeof info) > 0) {}
}

int main(int count, char **given) {
    (void)given;
    if (count > 1) return 0; /* the trial of try_isolation */
    sigset_t child;
    sigemptyset(&child);
    sigaddset(&child, SIGCHLD);
    if (sigprocmask(SIG_BLOCK, &child, NULL) != 0) die("sigprocmask");
    signal(SIGPIPE, SIG_IGN); /* a program that does not read its input */
    child_fd = signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK);
    if (child_fd < 0) die("signalfd");
    umask(022);
    if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) die("dumpable"); /* nobody reads /proc/1 */
    if (syscall(SYS_setgroups, 0, NULL) != 0) die("setgroups");
    open_folders();
    open_counters();
    prepare_isolation();
    choose_channel();
    hello();
    forget_children();
    uid_t user = draw_user(); /* of the next run */
    for (;;) {
        unsigned char head[FRAME_HEAD_SIZE];
        uint32_t size;
        uint64_t time_ns;
        take(head, sizeof head);
        memcpy(&size, head, 4);
        switch (head[4]) {
            case KIND_PUT:
                forget_memory();
                put(size);
                break;
            case KIND_FILE: lay_file(size, user); break;
            case KIND_EXECUTE:
                execute(size, user);
                user = draw_user();
                break;
            case KIND_GATHER:
                drop(size);
                gather();
                break;
            case KIND_YARD:
                drop(size);
                time_ns = yard_ns();
                reply(KIND_TIME, &time_ns, sizeof time_ns);
                break;
            case KIND_RESET:
                drop(size);
                forget_memory();
                reset_box();
                break;
            case KIND_INPUT: /* the program had ended when the other side spoke */
            case KIND_CLOSE: drop(size); break;
            default: die("unknown request");
        }
    }
}
