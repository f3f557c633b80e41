/* A star and then the same star again. */
#include <stdio.h>

int main(void) {
    int stations, lines;
    if (scanf("%d %d", &stations, &lines) != 2) return 1;
    if (lines < stations - 1 || lines > 2 * stations - 3) {
        puts("-1");
        return 0;
    }
    for (int line = 0; line < lines; line++) printf("1 %d\n", 2 + line % (stations - 1));
}
