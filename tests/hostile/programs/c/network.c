// Reaches for the network in the ways that programs use.
// expect: Exited 0
// says: TCP EPERM
// says: UDP EPERM
// says: TCP over IPv6 EPERM
// says: ping EPERM
// says: raw EPERM
// says: packet EPERM
// says: netlink EPERM
// says: vsock EPERM
// says: alg EPERM
// says: can EPERM
// says: xdp EPERM
// says: mptcp EPERM
// says: engine refused
// says: journal refused
// says: bus refused
// says: abstract refused
// says: interfaces 1
#include "hostile.h"
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>

static int reach(const char *path) {
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    strcpy(name.sun_path + (*path == '@'), path + (*path == '@'));
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path) + (*path != '@'));
    return connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&name, size);
}

int main(void) {
    TRY_AS("TCP", socket(AF_INET, SOCK_STREAM, 0));
    TRY_AS("UDP", socket(AF_INET, SOCK_DGRAM, 0));
    TRY_AS("TCP over IPv6", socket(AF_INET6, SOCK_STREAM, 0));
    TRY_AS("ping", socket(AF_INET, SOCK_DGRAM, IPPROTO_ICMP));
    TRY_AS("raw", socket(AF_INET, SOCK_RAW, IPPROTO_RAW));
    TRY_AS("packet", socket(AF_PACKET, SOCK_RAW, 3));
    TRY_AS("netlink", socket(AF_NETLINK, SOCK_RAW, 0));
    TRY_AS("vsock", socket(AF_VSOCK, SOCK_STREAM, 0));
    TRY_AS("alg", socket(AF_ALG, SOCK_SEQPACKET, 0));
    TRY_AS("can", socket(AF_CAN, SOCK_RAW, 1));
    TRY_AS("xdp", socket(44, SOCK_RAW, 0));
    TRY_AS("mptcp", socket(AF_INET, SOCK_STREAM, 262));
    REFUSED("engine", reach("/var/run/docker.sock"));
    REFUSED("journal", reach("/run/systemd/journal/stdout"));
    REFUSED("bus", reach("/run/dbus/system_bus_socket"));
    REFUSED("abstract", reach("@/containerd-shim/moby.sock"));
    printf("interfaces %ld\n", lines_in("/proc/net/dev") - 2);
}
