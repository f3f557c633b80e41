#include <iostream>
#include <string>

static bool is_letter(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static std::string judged(const std::string& written) {
    std::string number;
    for (char c : written) {
        if (c == ' ' || c == '-') continue;
        number += (c >= 'a' && c <= 'z') ? char(c - 'a' + 'A') : c;
    }
    if (number.size() != 10) return "LENGTH";
    int sum = 0;
    for (int i = 0; i < 10; ++i) {
        if (i < 2 ? !is_letter(number[i]) : !is_digit(number[i])) return "FORMAT";
        if (i < 9) sum += (i + 1) * (i < 2 ? number[i] - 'A' + 1 : number[i] - '0');
    }
    if (sum % 10 != number[9] - '0') return "CHECK";
    return "OK " + number.substr(0, 2) + "-" + number.substr(2, 7) + "-" + number.substr(9);
}

int main() {
    std::string line;
    std::getline(std::cin, line);
    for (int left = std::stoi(line); left > 0 && std::getline(std::cin, line); --left) std::cout << judged(line) << "\n";
}
