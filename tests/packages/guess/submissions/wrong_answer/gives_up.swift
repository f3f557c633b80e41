// Halves the numbers six times, then ends in good order.
import Foundation

var low = 1
var high = 1000
for _ in 0..<6 {
    let guess = (low + high) / 2
    print(guess)
    fflush(stdout)
    switch readLine() {
    case "lower": high = guess - 1
    case "higher": low = guess + 1
    default: exit(0)
    }
}
