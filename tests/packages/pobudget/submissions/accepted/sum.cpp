#include <bits/stdc++.h>

int main() {
    int count;
    std::cin >> count;
    long long total = 0;
    for (int item = 0; item < count; ++item) {
        std::string what;
        long long amount;
        std::cin >> what >> amount;
        total += amount;
    }
    std::cout << (total > 0 ? "Usch, vinst" : total < 0 ? "Nekad" : "Lagom") << '\n';
}
