#include <stdio.h>
#include <stdlib.h>

int main(void) {
    int left, right;
    while (scanf("%d %d", &left, &right) == 2) printf("%d\n", abs(left - right));
}
