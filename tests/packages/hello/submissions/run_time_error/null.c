#include <stdio.h>

int main(void) {
    volatile int *nowhere = NULL;
    puts("Hello World!");
    fflush(stdout);
    return *nowhere;
}
