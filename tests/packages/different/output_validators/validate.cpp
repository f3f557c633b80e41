// Every pair of the input, answered by the size of its difference: nothing is taken from the answer file.
//
// Copyright 2026 the authors of Sarap. SPDX-License-Identifier: Apache-2.0
#include <bits/stdc++.h>

namespace {

constexpr int kAccepted = 42;
constexpr int kRejected = 43;

[[noreturn]] void reject(const std::string &feedback, const std::string &why) {
    std::ofstream(feedback + "judgemessage.txt") << why << '\n';
    std::exit(kRejected);
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    std::ifstream input(argv[1]);
    const std::string feedback = argv[3];
    long long left = 0;
    long long right = 0;
    int number = 0;
    while (input >> left >> right) {
        ++number;
        std::string said;
        if (!(std::cin >> said)) reject(feedback, "the output ends before answer " + std::to_string(number));
        if (said != std::to_string(std::llabs(left - right))) reject(feedback, "answer " + std::to_string(number) + " is wrong");
    }
    if (number == 0) return 1;
    std::string more;
    if (std::cin >> more) reject(feedback, "the output goes on after the last answer");
    return kAccepted;
}
