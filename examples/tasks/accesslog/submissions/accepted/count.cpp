#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <tuple>
#include <vector>

struct Row {
    int requests = 0;
    int failed = 0;
    long long bytes = 0;
};

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n, k;
    std::cin >> n >> k;
    std::map<std::string, Row> rows;
    for (int i = 0; i < n; ++i) {
        std::string user;
        int status;
        long long size;
        std::cin >> user >> status >> size;
        Row& row = rows[user];
        ++row.requests;
        if (status / 100 == 2) row.bytes += size;
        else ++row.failed;
    }
    std::vector<std::pair<std::string, Row>> order(rows.begin(), rows.end());
    std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return std::make_tuple(-a.second.bytes, a.second.failed) < std::make_tuple(-b.second.bytes, b.second.failed);
    });
    for (int i = 0; i < k && i < static_cast<int>(order.size()); ++i) {
        const auto& [user, row] = order[i];
        std::cout << user << ' ' << row.requests << ' ' << row.failed << ' ' << row.bytes << '\n';
    }
}
