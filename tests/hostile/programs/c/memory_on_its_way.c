// Descriptors of full files and of its output travel in sockets that only each other hold when it ends.
// expect: Exited 0
// says: left
#include "hostile.h"
#include <sys/socket.h>

static void give(int through, int fd) {
    char byte = 0, space[CMSG_SPACE(sizeof fd)] = {0};
    struct iovec part = {&byte, 1};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = space, .msg_controllen = sizeof space};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    *head = (struct cmsghdr){.cmsg_len = CMSG_LEN(sizeof fd), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS};
    memcpy(CMSG_DATA(head), &fd, sizeof fd);
    sendmsg(through, &message, 0);
}

int main(void) {
    for (int cycle = 0; cycle < 10; cycle++) {
        int both[2], memory = memfd_create("hidden", 0), file = open("/tmp/held", O_CREAT | O_RDWR, 0600);
        unlink("/tmp/held");
        ftruncate(memory, 4 * MIB);
        fallocate(memory, 0, 0, 4 * MIB);
        socketpair(AF_UNIX, SOCK_DGRAM, 0, both);
        give(both[0], memory);
        give(both[0], file);
        give(both[0], 0);
        give(both[0], 1);
        give(both[0], 2);
        give(both[0], both[0]);
        give(both[1], both[1]);
        close(memory), close(file), close(both[0]), close(both[1]);
    }
    puts("left");
}
