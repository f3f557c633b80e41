#include <cstdio>
#include <iostream>
#include <string>

static long long in_tiyn(const std::string& price) {
    std::size_t point = price.find('.');
    long long tiyn = std::stoll(price.substr(0, point)) * 100;
    if (point == std::string::npos) return tiyn;
    std::string rest = price.substr(point + 1);
    rest.resize(2, '0');
    return tiyn + std::stoll(rest);
}

static void print(long long tiyn) { std::printf("%lld.%02lld\n", tiyn / 100, tiyn % 100); }

int main() {
    int n;
    std::cin >> n;
    long long amounts = 0, taxes = 0;
    for (int i = 0; i < n; ++i) {
        long long quantity, discount, rate;
        std::string price;
        std::cin >> quantity >> price >> discount >> rate;
        long long amount = (quantity * in_tiyn(price) * (100 - discount) + 50) / 100;
        amounts += amount;
        taxes += (amount * rate + 50) / 100;
    }
    print(amounts);
    print(taxes);
    print(amounts + taxes);
}
