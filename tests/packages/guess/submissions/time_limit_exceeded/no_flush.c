/* The guess stays in the buffer of standard output: both sides wait. */
#include <stdio.h>
#include <string.h>

int main(void) {
    int low = 1, high = 1000;
    char answer[16];
    for (;;) {
        int guess = (low + high) / 2;
        printf("%d\n", guess);
        if (scanf("%15s", answer) != 1 || !strcmp(answer, "correct")) return 0;
        if (!strcmp(answer, "lower")) high = guess - 1; else low = guess + 1;
    }
}
