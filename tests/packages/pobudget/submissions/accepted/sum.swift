let count = Int(readLine()!)!
var total = 0
for _ in 0..<count {
    _ = readLine()
    total += Int(readLine()!)!
}
print(total > 0 ? "Usch, vinst" : total < 0 ? "Nekad" : "Lagom")
