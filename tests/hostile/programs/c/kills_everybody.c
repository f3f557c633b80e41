// Kills whatever it may.
// expect: Exited 0
// says: kill ESRCH
#include "hostile.h"

int main(void) { TRY_AS("kill", kill(-1, SIGKILL)); }
