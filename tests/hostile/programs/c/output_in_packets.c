// Turns its output into packets, which are lost where a reader asks for less, and does not wait.
// expect: Exited 0
// says: one
// says: two
#include "hostile.h"

int main(void) {
    fcntl(1, F_SETFL, O_DIRECT | O_NONBLOCK | O_ASYNC | O_APPEND);
    (void)!write(1, "one\n", 4);
    (void)!write(1, "two\n", 4);
}
