// Lays the file of passwords into the program.
// expect: Rejected
// says: /etc/shadow
asm(".incbin \"/etc/shadow\"");
int main() {}
