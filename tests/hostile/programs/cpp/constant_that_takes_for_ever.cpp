// A constant that would take hours to compute.
// expect: Rejected
// says: constexpr
constexpr int sum(long n) {
    int s = 0;
    for (long i = 0; i < n; ++i) s += static_cast<int>(i % 7);
    return s;
}
constexpr int value = sum(2'000'000'000'000);
int main() { return value; }
