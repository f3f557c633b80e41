#include <algorithm>
#include <functional>
#include <iostream>
#include <queue>
#include <utility>
#include <vector>

int main() {
    std::ios::sync_with_stdio(false);
    std::cin.tie(nullptr);
    int n;
    std::cin >> n;
    std::vector<std::pair<int, int>> lessons(n);
    for (auto& [begin, end] : lessons) std::cin >> begin >> end;
    std::sort(lessons.begin(), lessons.end());
    std::priority_queue<int, std::vector<int>, std::greater<>> running;
    std::size_t most = 0;
    int moment = 0;
    for (const auto& [begin, end] : lessons) {
        while (!running.empty() && running.top() <= begin) running.pop();
        running.push(end);
        if (running.size() > most) {
            most = running.size();
            moment = begin;
        }
    }
    std::cout << most << ' ' << moment << '\n';
}
