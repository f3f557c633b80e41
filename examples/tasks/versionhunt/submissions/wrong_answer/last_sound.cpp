// Names the last version without the error.
#include <iostream>
#include <string>

int main() {
    int low = 0, high;
    std::cin >> high;
    while (high - low > 1) {
        int middle = (low + high) / 2;
        std::cout << "test " << middle << std::endl;
        std::string answer;
        std::cin >> answer;
        (answer == "fail" ? high : low) = middle;
    }
    std::cout << "first " << low << std::endl;
}
