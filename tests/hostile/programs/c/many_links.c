// Many names for the same few files, and links in circles.
// expect: Exited 0
// says: done
#include "hostile.h"

int main(void) {
    char name[64];
    chdir("/tmp");
    close(open("file", O_CREAT | O_WRONLY, 0600));
    for (int number = 0; number < 1000; number++) {
        snprintf(name, sizeof name, "hard%d", number);
        if (link("file", name) != 0) break;
        snprintf(name, sizeof name, "soft%d", number);
        if (symlink(number % 2 ? name : "/tmp/../tmp/../tmp", name) != 0) break;
    }
    puts("done");
}
