#include <algorithm>
#include <iostream>
#include <vector>

std::vector<std::vector<int>> needs;
std::vector<int> state, order;

bool install(int module) {
    if (state[module] == 2) return true;
    if (state[module] == 1) return false;
    state[module] = 1;
    for (int other : needs[module])
        if (!install(other)) return false;
    state[module] = 2;
    order.push_back(module);
    return true;
}

int main() {
    int n, m;
    std::cin >> n >> m;
    needs.resize(n + 1);
    state.resize(n + 1);
    for (int i = 0, a, b; i < m; ++i) {
        std::cin >> a >> b;
        needs[b].push_back(a);
    }
    for (int module = n; module >= 1; --module)
        if (!install(module)) {
            std::cout << "impossible\n";
            return 0;
        }
    for (int module : order) std::cout << module << '\n';
}
