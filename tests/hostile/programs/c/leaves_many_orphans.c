// Three hundred grandchildren whose parent is gone: somebody else must wait for them, or they fill its places for good.
// expect: Exited 0
// says: 300 of 300 orphans
#include "hostile.h"

int main(void) {
    int orphans = 0, tries = 0;
    while (orphans < 300 && tries++ < 1000) {
        int status = 1;
        pid_t child = vfork();
        if (child == 0) _exit(vfork() < 0);
        if (child > 0 && waitpid(child, &status, 0) == child && status == 0) orphans++;
        else nap(1); /* the dead are not yet taken away */
    }
    printf("%d of 300 orphans\n", orphans);
}
