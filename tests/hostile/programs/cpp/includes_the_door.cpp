// Includes the supervisor's socket.
// expect: Rejected
// says: /run/sarap/supervisor
#include "/run/sarap/supervisor"
int main() {}
