// Keeps a counter for every second up to the last end, which needs 4 GB.
#include <iostream>
#include <utility>
#include <vector>

int main() {
    int n;
    std::cin >> n;
    std::vector<std::pair<int, int>> lessons(n);
    int last = 0;
    for (auto& [begin, end] : lessons) {
        std::cin >> begin >> end;
        if (end > last) last = end;
    }
    std::vector<int> change(static_cast<std::size_t>(last) + 1, 0);
    for (const auto& [begin, end] : lessons) {
        ++change[begin];
        --change[end];
    }
    int rooms = 0, most = 0, moment = 0;
    for (int time = 0; time <= last; ++time) {
        rooms += change[time];
        if (rooms > most) {
            most = rooms;
            moment = time;
        }
    }
    std::cout << most << ' ' << moment << '\n';
}
