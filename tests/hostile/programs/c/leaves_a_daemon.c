// A daemon in a session of its own, deaf, with a lock, a file, a socket and a busy loop.
// expect: Exited 0
// says: left
#include "hostile.h"
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>

int main(void) {
    int ready[2];
    (void)!pipe(ready);
    if (fork() == 0) {
        setsid();
        if (fork() == 0) {
            for (int number = 1; number < 65; number++) signal(number, SIG_IGN);
            int fd = open("/tmp/daemon", O_CREAT | O_RDWR, 0600), box = open("/box/program", O_RDONLY);
            flock(fd, LOCK_EX);
            flock(box, LOCK_EX);
            struct sockaddr_un name = {.sun_family = AF_UNIX, .sun_path = "\0daemon"};
            bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, sizeof name);
            (void)!write(ready[1], "r", 1);
            for (;;) (void)!pwrite(fd, "still here", 10, 0);
        }
        _exit(0);
    }
    (void)!read(ready[0], ready, 1);
    puts("left");
}
