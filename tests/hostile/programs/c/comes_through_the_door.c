// Connects to where the supervisor hears its orders.
// expect: Exited 0
// says: connect refused
// says: list refused
// says: look refused
// says: bind refused
// says: move refused
#include "hostile.h"
#include <sys/socket.h>
#include <sys/un.h>

int main(void) {
    struct sockaddr_un door = {.sun_family = AF_UNIX, .sun_path = "/run/sarap/supervisor"};
    struct stat about;
    REFUSED("connect", connect(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&door, sizeof door));
    REFUSED("list", opening("/run/sarap", O_RDONLY | O_DIRECTORY));
    REFUSED("look", stat("/run/sarap/supervisor", &about));
    REFUSED("bind", bind(socket(AF_UNIX, SOCK_STREAM, 0), (struct sockaddr *)&door, sizeof door));
    REFUSED("move", rename("/run/sarap/supervisor", "/tmp/supervisor"));
}
