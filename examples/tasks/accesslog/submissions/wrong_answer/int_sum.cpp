// Sums the bytes in 32 bits, which wrap around.
#include <bits/stdc++.h>

int main() {
    int n, k;
    std::cin >> n >> k;
    std::map<std::string, std::array<unsigned, 3>> rows;
    for (int i = 0; i < n; ++i) {
        std::string user;
        unsigned status, size;
        std::cin >> user >> status >> size;
        auto& row = rows[user];
        ++row[0];
        if (status / 100 == 2) row[2] += size;
        else ++row[1];
    }
    std::vector<std::pair<std::string, std::array<unsigned, 3>>> order(rows.begin(), rows.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a.second[2] != b.second[2] ? a.second[2] > b.second[2] : a.second[1] < b.second[1];
    });
    if (static_cast<int>(order.size()) > k) order.resize(k);
    for (const auto& [user, row] : order) std::cout << user << ' ' << row[0] << ' ' << row[1] << ' ' << row[2] << '\n';
}
