// Has the compiler print a file in its complaints: it can read no more than the program itself.
// expect: Rejected
// says: root:x:0:0
#include "/etc/passwd"
int main() {}
