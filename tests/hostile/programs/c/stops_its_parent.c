// Stops the supervisor, or asks it nicely.
// expect: Exited 0
// says: SIGSTOP EPERM
// says: SIGTSTP EPERM
// says: SIGTTIN EPERM
// says: SIGCONT EPERM
#include "hostile.h"

int main(void) {
    TRY_AS("SIGSTOP", kill(getppid(), SIGSTOP));
    TRY_AS("SIGTSTP", kill(getppid(), SIGTSTP));
    TRY_AS("SIGTTIN", kill(getppid(), SIGTTIN));
    TRY_AS("SIGCONT", kill(getppid(), SIGCONT)); /* allowed within a session, whoever it is: but it is not in ours */
}
