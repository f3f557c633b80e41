// Has the assembler include what the compiler writes to it.
// expect: Rejected
// says: Error
asm(".include \"/proc/self/fd/0\"\n.include \"/box/main.cpp\"");
int main() {}
