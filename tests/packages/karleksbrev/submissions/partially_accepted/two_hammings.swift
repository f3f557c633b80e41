// An extended Hamming code of the differences, twice, 216 bits. Of two errors either each copy has one, or one copy has none: a copy
// that is whole is taken, else one whose parity says that it has one error. All groups but the last two (69 points).
let most = 107
var state = 0

func draw(_ bound: Int) -> Int {
    state = state * 16807 % 2147483647
    return state % bound
}

func isCheck(_ place: Int) -> Bool { place & (place - 1) == 0 }

func sumOf(_ word: [Int]) -> Int { (1...most).filter { word[$0] == 1 }.reduce(0, ^) }

/// Place 0 is the parity of all others.
func extended(_ message: [Int]) -> [Int] {
    var word = [Int](repeating: 0, count: most + 1)
    var bits = message.makeIterator()
    for place in 1...most where !isCheck(place) { word[place] = bits.next()! }
    let sum = sumOf(word)
    for place in 1...most where isCheck(place) { word[place] = sum & place == 0 ? 0 : 1 }
    word[0] = word.reduce(0, ^)
    return word
}

func encode(_ message: [Int]) -> [Int] {
    var last = 0
    return (extended(message) + extended(message)).map { last ^= $0; return last }
}

func decode(_ arrived: [Int]) -> [Int] {
    var last = 0
    let differences: [Int] = arrived.map { let change = $0 ^ last; last = $0; return change }
    var copies = [Array(differences[0...most]), Array(differences[(most + 1)...])]
    let odd = copies.map { $0.reduce(0, ^) == 1 }
    let sums = copies.map(sumOf)
    let whole = (0...1).first { !odd[$0] && sums[$0] == 0 }
    let chosen = whole ?? (odd[0] ? 0 : 1)
    if whole == nil && sums[chosen] <= most { copies[chosen][sums[chosen]] ^= 1 }
    return (1...most).filter { !isCheck($0) }.map { copies[chosen][$0] }
}

let first = readLine()!.split(separator: " ").map { Int($0)! }
let second = readLine()!.split(separator: " ").map { Int($0)! }
let kind = second[0]
state = 1000 * kind + second[1] + 1
for _ in 0..<50 {
    let message = (0..<first[0]).map { _ in draw(2147483647) / 32768 % 2 }
    let encoded = encode(message)
    let size = encoded.count
    let evens = (size + 1) / 2
    let left = kind >= 2 ? 2 * draw(evens) : draw(size)
    let right = kind == 0 ? draw(size) : kind == 1 ? left : kind == 2 ? 2 * draw(evens) : left + draw(size - left)
    let turned = min(left, right)...max(left, right)
    let arrived = encoded.enumerated().map { turned.contains($0.offset) ? 1 - $0.element : $0.element }
    print([message, encoded, arrived, decode(arrived)].map { $0.map(String.init).joined() }.joined(separator: " "))
}
