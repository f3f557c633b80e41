#include <iostream>
#include <string>

int main() {
    int n, sound = 0;
    std::cin >> n;
    int step = 1;
    while (2 * step < n) step *= 2;
    for (; step > 0; step /= 2) {
        if (sound + step >= n) continue;
        std::cout << "test " << sound + step << std::endl;
        std::string answer;
        std::cin >> answer;
        if (answer == "pass") sound += step;
    }
    std::cout << "first " << sound + 1 << std::endl;
}
