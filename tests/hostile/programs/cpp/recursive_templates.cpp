// Templates that need each other in more ways than there is memory.
// expect: Rejected
// says: template instantiation depth
template <int N, int M> struct Table { static const int value = Table<N - 1, M>::value + Table<N, M - 1>::value; };
int main() { return Table<2000, 2000>::value; }
