#include <stdio.h>
#include <string.h>

int main(void) {
    char number[32];
    if (scanf("%31s", number) != 1) return 1;
    int length = (int)strlen(number), sum = 0;
    for (int place = 0; place < length; place++) sum += number[place] - '0';
    int rest = sum - 1; /* one is kept for the first place */
    for (int place = length - 1; place >= 0; place--) {
        int most = place == 0 ? 8 : 9;
        int digit = rest < most ? rest : most;
        rest -= digit;
        number[place] = (char)('0' + digit + (place == 0));
    }
    printf("%s ", number);
    rest = sum;
    for (int place = 0; place < length; place++) {
        int digit = rest < 9 ? rest : 9;
        rest -= digit;
        putchar('0' + digit);
    }
    putchar('\n');
}
