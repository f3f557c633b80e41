// A program with something of everything, for the compiler to read while its archive is made.
import java.util.PriorityQueue

sealed interface Shape
data class Circle(val radius: Double) : Shape
data class Square(val side: Double) : Shape

fun area(shape: Shape): Double = when (shape) {
    is Circle -> Math.PI * shape.radius * shape.radius
    is Square -> shape.side * shape.side
}

fun main() {
    val words = generateSequence(::readLine).flatMap { it.split(" ") }.filter { it.isNotEmpty() }.toList()
    val counts = words.groupingBy { it }.eachCount().toSortedMap()
    val queue = PriorityQueue<Pair<Int, String>>(compareByDescending { it.first })
    for ((word, count) in counts) queue.add(count to word)
    println("${queue.size} ${listOf(Circle(1.0), Square(2.0)).sumOf(::area) > 7} ${(1..9).fold(0) { sum, n -> sum + n }}")
}
