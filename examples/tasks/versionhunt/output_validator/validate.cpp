// Our side of the conversation. Called as `validate INPUT ANSWER FEEDBACK_FOLDER`; exit code 42 accepts, 43 rejects.

#include <fstream>
#include <iostream>
#include <string>

namespace {

constexpr int accepted = 42, rejected = 43, broken = 1, tests_most = 20;

// Says why to examiners; candidates read it for samples only.
int reject(const std::string &folder, const std::string &why) {
    for (const char *name : {"judgemessage.txt", "teammessage.txt"}) std::ofstream(folder + name) << why << '\n';
    return rejected;
}

}  // namespace

int main(int, char **argv) {
    long long n = 0, first = 0;
    if (!(std::ifstream(argv[1]) >> n >> first)) return broken;
    const std::string folder = argv[3];
    std::cout << n << std::endl;
    for (int tests = 0;;) {
        std::string word;
        long long version = 0;
        if (!(std::cin >> word)) return reject(folder, "the program ended without naming a version");
        if (!(std::cin >> version)) return reject(folder, "no number after the word");
        if (word == "first") {
            // Not waiting for the end of the program: it might wait for ours.
            if (version == first) return accepted;
            return reject(folder, "version " + std::to_string(version) + " is not the first with the error");
        }
        if (word != "test") return reject(folder, "a line begins neither with test nor with first");
        if (version < 1 || version > n) return reject(folder, "there is no version " + std::to_string(version));
        if (++tests > tests_most) return reject(folder, "more than 20 tests");
        std::cout << (version < first ? "pass" : "fail") << std::endl;
    }
}
