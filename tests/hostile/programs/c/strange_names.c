// Names that no tool expects: control characters, broken UTF-8, what looks like an option, the longest, all scripts.
// expect: Exited 0
// says: 13 names
#include "hostile.h"

int main(void) {
    static char longest[256];
    memset(longest, 'x', 255);
    const char *names[] = {"\n", "\r\n", "\xff\xfe", "\xc3(", "-rf", "*", "...", " ", "\x1b[2J", ".wipe-0", "Ғылым", "文\u202e", longest};
    int made = 0;
    chdir("/tmp");
    for (size_t number = 0; number < sizeof names / sizeof *names; number++)
        made += number % 2 ? mkdir(names[number], 0700) == 0 : opening(names[number], O_CREAT | O_WRONLY) == 0;
    printf("%d names\n", made);
}
