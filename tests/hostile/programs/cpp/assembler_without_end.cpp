// Has the assembler repeat itself.
// expect: Rejected
asm(".rept 1000000000\n.rept 1000000000\nnop\n.endr\n.endr");
int main() {}
