// Checks the transcript of fifty messages; README.md beside this folder says what is in it.
//
// Copyright 2026 the authors of Sarap. SPDX-License-Identifier: Apache-2.0
#include <bits/stdc++.h>

namespace {

constexpr int kAccepted = 42;
constexpr int kRejected = 43;
constexpr int kMessages = 50;

std::string feedback;
long long drawn = 0;

long long draw() { return drawn = drawn * 16807 % 2147483647; }

[[noreturn]] void reject(int message, const std::string &why) {
    std::ofstream(feedback + "judgemessage.txt") << "message " << message << ": " << why << '\n';
    std::exit(kRejected);
}

std::pair<int, int> interval(int kind, int length) {
    const int evens = (length + 1) / 2;
    if (kind == 1) {
        const int only = static_cast<int>(draw() % length);
        return {only, only};
    }
    if (kind == 3) {
        const int left = 2 * static_cast<int>(draw() % evens);
        return {left, left + static_cast<int>(draw() % (length - left))};
    }
    const int step = kind == 2 ? 2 : 1;
    const int ends = kind == 2 ? evens : length;
    const int one = step * static_cast<int>(draw() % ends);
    const int other = step * static_cast<int>(draw() % ends);
    return std::minmax(one, other);
}

}  // namespace

int main(int argc, char **argv) {
    if (argc < 4) return 1;
    std::ifstream input(argv[1]);
    feedback = argv[3];
    int length = 0;
    int most = 0;
    int kind = 0;
    int seed = 0;
    if (!(input >> length >> most >> kind >> seed) || kind < 0 || kind > 3) return 1;
    drawn = 1000 * kind + seed + 1;
    for (int message = 1; message <= kMessages; ++message) {
        std::string sent;
        for (int bit = 0; bit < length; ++bit) sent += static_cast<char>('0' + draw() / 32768 % 2);
        std::string claimed;
        std::string encoded;
        std::string arrived;
        std::string decoded;
        if (!(std::cin >> claimed >> encoded >> arrived >> decoded)) reject(message, "the output ends");
        if (claimed != sent) reject(message, "it is another message");
        if (encoded.find_first_not_of("01") != std::string::npos) reject(message, "the encoding is not of bits");
        if (static_cast<int>(encoded.size()) > most) reject(message, "the encoding has " + std::to_string(encoded.size()) + " bits");
        const auto [left, right] = interval(kind, static_cast<int>(encoded.size()));
        for (int bit = left; bit <= right; ++bit) encoded[bit] = encoded[bit] == '0' ? '1' : '0';
        if (arrived != encoded) reject(message, "something else arrived");
        if (decoded != sent) reject(message, "it is decoded as another message");
    }
    std::string more;
    if (std::cin >> more) reject(kMessages + 1, "the output goes on");
    return kAccepted;
}
