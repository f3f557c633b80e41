// Takes the 5 of "0.5" for five tiyn.
#include <cstdio>
#include <iostream>
#include <string>

int main() {
    int n;
    std::cin >> n;
    long long amounts = 0, taxes = 0;
    for (int i = 0; i < n; ++i) {
        long long quantity, discount, rate;
        std::string price;
        std::cin >> quantity >> price >> discount >> rate;
        std::size_t point = price.find('.');
        long long tiyn = std::stoll(price.substr(0, point)) * 100;
        if (point != std::string::npos) tiyn += std::stoll(price.substr(point + 1));
        long long amount = (quantity * tiyn * (100 - discount) + 50) / 100;
        amounts += amount;
        taxes += (amount * rate + 50) / 100;
    }
    for (long long sum : {amounts, taxes, amounts + taxes}) std::printf("%lld.%02lld\n", sum / 100, sum % 100);
}
