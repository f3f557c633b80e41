// Looks for programs that would run as somebody else, and asks whether they could. One that is refused waits a while before it says so.
// limits: cpu_time_ms=5000
// expect: Exited 0
// says: no new privileges
// says: su is refused
#include "hostile.h"

int main(void) {
    int status;
    puts(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ? "no new privileges" : "new privileges");
    fflush(stdout);
    if (fork() == 0) {
        int nothing = open("/dev/null", O_RDWR);
        dup2(nothing, 0), dup2(nothing, 2);
        execl("/bin/su", "su", "-c", "id -u", NULL);
        _exit(1);
    }
    wait(&status);
    puts(status != 0 ? "su is refused" : "su runs");
}
