let given = readLine()!.split(separator: " ").map { Int($0)! }
let (stations, lines) = (given[0], given[1])

if lines < stations - 1 || lines > 2 * stations - 3 {
    print(-1)
} else {
    for number in 1...lines {
        if number < stations {
            print(number + 1, 1)
        } else {
            print(stations, number - stations + 2)
        }
    }
}
