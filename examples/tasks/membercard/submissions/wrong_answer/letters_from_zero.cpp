// Counts the letters from 0 instead of 1.
#include <bits/stdc++.h>

int main() {
    std::string line;
    std::getline(std::cin, line);
    int left = std::stoi(line);
    while (left-- > 0 && std::getline(std::cin, line)) {
        std::string number;
        for (char c : line)
            if (c != ' ' && c != '-') number += std::toupper(static_cast<unsigned char>(c));
        if (number.size() != 10) {
            std::cout << "LENGTH\n";
            continue;
        }
        bool good = true;
        int sum = 0;
        for (int i = 0; i < 10; ++i) {
            bool fits = i < 2 ? (number[i] >= 'A' && number[i] <= 'Z') : (number[i] >= '0' && number[i] <= '9');
            good = good && fits;
            if (i < 9) sum += (i + 1) * (i < 2 ? number[i] - 'A' : number[i] - '0');
        }
        if (!good) std::cout << "FORMAT\n";
        else if (sum % 10 != number[9] - '0') std::cout << "CHECK\n";
        else std::cout << "OK " << number.substr(0, 2) << '-' << number.substr(2, 7) << '-' << number[9] << "\n";
    }
}
