// The differences of neighbouring bits are a word of a BCH code of length 127, shortened to 114, that corrects two errors.
#include <bits/stdc++.h>

using Word = std::string;

constexpr int kChecks = 14, kLength = 114;
int remainders[kLength];
std::array<std::pair<int, int>, 1 << kChecks> errors;

int syndrome(const std::vector<int> &differences) {
    int result = 0;
    for (int place = 0; place < kLength; ++place)
        if (differences[place]) result ^= remainders[place];
    return result;
}

Word encode(const Word &message) {
    std::vector<int> differences(kLength);
    for (int place = kChecks; place < kLength; ++place) differences[place] = message[place - kChecks] - '0';
    int checks = syndrome(differences);
    for (int place = 0; place < kChecks; ++place) differences[place] = checks >> place & 1;
    Word sent;
    int last = 0;
    for (int bit : differences) sent += static_cast<char>('0' + (last ^= bit));
    return sent;
}

Word decode(const Word &arrived) {
    std::vector<int> differences;
    char last = '0';
    for (char bit : arrived) differences.push_back(bit != last), last = bit;
    auto [one, other] = errors[syndrome(differences)];
    if (one >= 0) differences[one] ^= 1;
    if (other >= 0) differences[other] ^= 1;
    Word message;
    for (int place = kChecks; place < kLength; ++place) message += static_cast<char>('0' + differences[place]);
    return message;
}

int main() {
    errors.fill({-1, -1});
    for (int place = 0, value = 1; place < kLength; ++place) {
        remainders[place] = value;
        value <<= 1;
        if (value >> kChecks) value ^= 0x4377;
    }
    for (int one = 0; one < kLength; ++one) {
        errors[remainders[one]] = {one, -1};
        for (int other = 0; other < one; ++other) errors[remainders[one] ^ remainders[other]] = {one, other};
    }
    long long length, most, kind, seed;
    std::cin >> length >> most >> kind >> seed;
    long long state = 1000 * kind + seed + 1;
    auto draw = [&](long long bound) { return static_cast<int>((state = state * 16807 % 2147483647) % bound); };
    for (int number = 0; number < 50; ++number) {
        Word message;
        for (int bit = 0; bit < length; ++bit) message += static_cast<char>('0' + draw(2147483647) / 32768 % 2);
        Word encoded = encode(message), arrived = encoded;
        int size = static_cast<int>(encoded.size()), evens = (size + 1) / 2, left, right;
        switch (kind) {
            case 0: left = draw(size), right = draw(size); break;
            case 1: left = right = draw(size); break;
            case 2: left = 2 * draw(evens), right = 2 * draw(evens); break;
            default: left = 2 * draw(evens), right = left + draw(size - left);
        }
        if (left > right) std::swap(left, right);
        for (int bit = left; bit <= right; ++bit) arrived[bit] ^= 1;
        std::cout << message << ' ' << encoded << ' ' << arrived << ' ' << decode(arrived) << '\n';
    }
}
