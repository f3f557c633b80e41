#include <inttypes.h>
#include <stdio.h>

int main(void) {
    int64_t left, right;
    while (scanf("%" SCNd64 " %" SCNd64, &left, &right) == 2) {
        printf("%" PRId64 "\n", left < right ? right - left : left - right);
    }
}
