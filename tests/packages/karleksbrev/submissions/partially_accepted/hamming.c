/* A Hamming code of 107 bits: it mends one bit, which is what the sixth group asks for (5 points), and nothing more. */
#include <stdio.h>

enum { LENGTH = 107 };

static long long state;

static int draw(int bound) {
    state = state * 16807 % 2147483647;
    return (int)(state % bound);
}

int main(void) {
    int length, most, kind, seed;
    if (scanf("%d %d %d %d", &length, &most, &kind, &seed) != 4) return 1;
    state = 1000 * kind + seed + 1;
    for (int number = 0; number < 50; number++) {
        char word[LENGTH + 1] = {0};
        int sum = 0;
        for (int place = 1; place <= LENGTH; place++) {
            if ((place & (place - 1)) == 0) continue;
            word[place] = (char)(draw(2147483647) / 32768 % 2);
            putchar('0' + word[place]);
            if (word[place]) sum ^= place;
        }
        putchar(' ');
        for (int place = 1; place <= LENGTH; place *= 2) word[place] = (sum & place) != 0;
        for (int place = 1; place <= LENGTH; place++) putchar('0' + word[place]);
        putchar(' ');
        int evens = (LENGTH + 1) / 2;
        int left = kind >= 2 ? 2 * draw(evens) : draw(LENGTH);
        int right = kind == 0 ? draw(LENGTH) : kind == 1 ? left : kind == 2 ? 2 * draw(evens) : left + draw(LENGTH - left);
        if (left > right) {
            int swapped = left;
            left = right;
            right = swapped;
        }
        for (int place = left + 1; place <= right + 1; place++) word[place] ^= 1;
        sum = 0;
        for (int place = 1; place <= LENGTH; place++) {
            putchar('0' + word[place]);
            if (word[place]) sum ^= place;
        }
        putchar(' ');
        if (sum && sum <= LENGTH) word[sum] ^= 1;
        for (int place = 1; place <= LENGTH; place++)
            if (place & (place - 1)) putchar('0' + word[place]);
        putchar('\n');
    }
}
