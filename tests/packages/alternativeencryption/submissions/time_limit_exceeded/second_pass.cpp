// Quick in the first pass; in the second it tries all texts in turn.
#include <bits/stdc++.h>

std::string encrypted(std::string text) {
    for (char &letter : text) letter = static_cast<char>('a' + (letter - 'a' + 1) % 26);
    return text;
}

int main() {
    std::string action, word;
    int count;
    std::cin >> action >> count;
    while (std::cin >> word) {
        if (action == "encrypt") {
            std::cout << encrypted(word) << '\n';
            continue;
        }
        std::string guess(word.size(), 'a');
        while (encrypted(guess) != word) {
            std::size_t place = 0;
            while (place < guess.size() && guess[place] == 'z') guess[place++] = 'a';
            if (place < guess.size()) ++guess[place];
        }
        std::cout << guess << '\n';
    }
}
