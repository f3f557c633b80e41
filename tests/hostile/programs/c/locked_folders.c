// Folders without any permission around files, pipes, sockets and links.
// expect: Exited 0
// says: locked
#include "hostile.h"
#include <sys/socket.h>
#include <sys/un.h>

int main(void) {
    char name[64];
    struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "/tmp/a/b/socket"};
    mkdir("/tmp/a", 0700), mkdir("/tmp/a/b", 0700), mkdir("/tmp/a/b/c", 0700);
    for (int number = 0; number < 300; number++) {
        snprintf(name, sizeof name, "/tmp/a/b/c/%d", number);
        if (number % 3) mkdir(name, 0);
        else close(open(name, O_CREAT | O_WRONLY, 0));
    }
    mkfifo("/tmp/a/b/pipe", 0);
    bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&path, sizeof path);
    symlink("/", "/tmp/a/b/root");
    chmod("/tmp/a/b/c", 0), chmod("/tmp/a/b", 0), chmod("/tmp/a", 0);
    puts("locked");
}
