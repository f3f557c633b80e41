// It tries sets of lines until one fits, and proves "impossible" by having tried them all.
#include <bits/stdc++.h>

int stations, lines;
std::vector<std::pair<int, int>> chosen;

bool connected() {
    std::vector<int> root(stations + 1);
    std::iota(root.begin(), root.end(), 0);
    std::function<int(int)> find = [&](int one) { return root[one] == one ? one : root[one] = find(root[one]); };
    int parts = stations;
    for (auto [left, right] : chosen)
        if (find(left) != find(right)) root[find(left)] = find(right), --parts;
    return parts == 1;
}

bool search(int sum) {
    if ((int)chosen.size() == lines) return connected();
    if (sum > 2 * stations - 1) return false;
    for (int left = std::max(1, sum - stations); 2 * left < sum; ++left) {
        chosen.emplace_back(left, sum - left);
        if (search(sum + 1)) return true;
        chosen.pop_back();
    }
    return search(sum + 1);
}

int main() {
    std::cin >> stations >> lines;
    if (!search(3)) {
        std::puts("-1");
        return 0;
    }
    for (auto [left, right] : chosen) std::printf("%d %d\n", left, right);
}
