// Knows a number, or decides on one as late as it can, and answers guesses.
//
// The input is a mode and a number: `fixed 500` is that number, `random 42` draws one from that seed, and `adaptive 7` keeps as
// many numbers open as the answers allow and admits a guess from the seventh on, as soon as it is still possible.
//
// Copyright 2026 the authors of Sarap. SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>

namespace {

constexpr int kAccepted = 42;
constexpr int kRejected = 43;
constexpr int kMost = 1000;
constexpr int kGuesses = 10;

std::string feedback;

[[noreturn]] void reject(const std::string &why) {
    std::ofstream(feedback + "judgemessage.txt") << why << '\n';
    std::exit(kRejected);
}

int read_guess() {
    std::string word;
    if (!(std::cin >> word)) reject("no further guess");
    if (word.size() > 4) reject("a guess of more than four digits");
    int guess = 0;
    for (unsigned char digit : word) {
        if (!std::isdigit(digit)) reject("a guess that is no number");
        guess = guess * 10 + (digit - '0');
    }
    if (guess < 1 || guess > kMost) reject("a guess outside 1 to 1000");
    return guess;
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    std::ifstream input(argv[1]);
    feedback = argv[3];
    std::string mode;
    long long number = 0;
    if (!(input >> mode >> number)) return 1;
    int low = 1;
    int high = kMost;
    int admits = 1;
    if (mode == "adaptive") {
        admits = static_cast<int>(number);
    } else if (mode == "fixed") {
        low = high = static_cast<int>(number);
    } else if (mode == "random") {
        low = high = static_cast<int>(number * 48271 % 2147483647 % kMost) + 1;
    } else {
        return 1;
    }
    for (int turn = 1; turn <= kGuesses; ++turn) {
        const int guess = read_guess();
        const bool possible = low <= guess && guess <= high;
        if (possible && (low == high || turn >= admits)) {
            std::cout << "correct" << std::endl;
            std::string more;
            if (std::cin >> more) reject("the program went on after the right guess");
            return kAccepted;
        }
        const int below = guess - low;   // numbers still open below the guess,
        const int above = high - guess;  // and above it
        if (above >= below) {
            low = std::max(low, guess + 1);
            std::cout << "higher" << std::endl;
        } else {
            high = std::min(high, guess - 1);
            std::cout << "lower" << std::endl;
        }
    }
    reject("ten guesses were not enough");
}
