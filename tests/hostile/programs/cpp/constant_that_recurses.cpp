// A constant that calls itself for ever.
// expect: Rejected
// says: constexpr
constexpr int deeper(int n) { return deeper(n + 1) + 1; }
constexpr int value = deeper(0);
int main() { return value; }
