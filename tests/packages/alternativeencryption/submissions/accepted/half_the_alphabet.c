/* Thirteen letters on: the same again brings them back. */
#include <stdio.h>

int main(void) {
    char word[128];
    scanf("%*s %*d");
    while (scanf("%127s", word) == 1) {
        for (char *letter = word; *letter; letter++) *letter = (char)('a' + (*letter - 'a' + 13) % 26);
        puts(word);
    }
}
