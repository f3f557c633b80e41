// Right where there are five words, and a crash where there are not.
let count = Int(readLine()!)!
precondition(count == 5)
for index in 0..<count {
    let word = readLine()!
    if index % 2 == 0 {
        print(word)
    }
}
