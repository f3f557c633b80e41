// a for z, b for y: no letter is its own mirror image.
_ = readLine()
let count = Int(readLine()!)!
for _ in 0..<count {
    print(String(decoding: readLine()!.utf8.map { 219 - $0 }, as: UTF8.self))
}
