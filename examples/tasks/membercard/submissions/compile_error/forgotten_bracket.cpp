#include <iostream>
#include <string>

int main() {
    int n;
    std::cin >> n;
    for (int i = 0; i < n; ++i {
        std::string number;
        std::cin >> number;
        std::cout << "OK " << number << "\n";
    }
}
