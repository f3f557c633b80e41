// It forgets that a 1 always fails and a 20 always succeeds.
#include <bits/stdc++.h>

int main() {
    int difficulty, modifier, count;
    std::string luck;
    std::cin >> difficulty >> modifier >> luck >> count;
    std::map<int, double> bonus{{0, 1.0}};
    while (count--) {
        char sign, letter;
        int sides;
        std::cin >> sign >> letter >> sides;
        std::map<int, double> rolled;
        for (auto [total, chance] : bonus)
            for (int side = 1; side <= sides; ++side) rolled[total + (sign == '+' ? side : -side)] += chance / sides;
        bonus = rolled;
    }
    double answer = 0;
    for (int kept = 1; kept <= 20; ++kept) {
        int ways = luck == "straight" ? 20 : luck == "advantage" ? 2 * kept - 1 : 41 - 2 * kept;
        for (auto [total, chance] : bonus)
            if (kept + modifier + total >= difficulty) answer += ways * chance / 400;
    }
    std::printf("%.9f\n", answer);
}
