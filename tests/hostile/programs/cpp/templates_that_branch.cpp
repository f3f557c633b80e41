// Each of a million functions needs two more.
// expect: Rejected
// says: the compiler
template <unsigned long N> unsigned long node() {
    if constexpr (N < (1ul << 24)) return node<2 * N>() + node<2 * N + 1>();
    else return N;
}
int main() { return static_cast<int>(node<1>()); }
