// A Hamming code of the differences, three times, 321 bits: a majority mends two errors in different places, the code what two
// errors in one place leave. Short enough for the first two groups (18 points).
package main

import "fmt"

const (
	most   = 107
	copies = 3
)

var state int64

func draw(bound int) int {
	state = state * 16807 % 2147483647
	return int(state % int64(bound))
}

func isCheck(place int) bool { return place&(place-1) == 0 }

func sumOf(word []byte) int {
	sum := 0
	for place := 1; place <= most; place++ {
		if word[place] == 1 {
			sum ^= place
		}
	}
	return sum
}

func encode(message []byte) []byte {
	word := make([]byte, most+1)
	next := 0
	for place := 1; place <= most; place++ {
		if !isCheck(place) {
			word[place] = message[next]
			next++
		}
	}
	sum := sumOf(word)
	for place := 1; place <= most; place *= 2 {
		if sum&place != 0 {
			word[place] = 1
		}
	}
	var sent []byte
	last := byte(0)
	for range copies {
		for _, bit := range word[1:] {
			last ^= bit
			sent = append(sent, last)
		}
	}
	return sent
}

func decode(arrived []byte) []byte {
	votes := make([]byte, most+1)
	last := byte(0)
	for index, bit := range arrived {
		votes[index%most+1] += bit ^ last
		last = bit
	}
	for place := range votes {
		votes[place] /= 2
	}
	if sum := sumOf(votes); sum != 0 && sum <= most {
		votes[sum] ^= 1
	}
	var message []byte
	for place := 1; place <= most; place++ {
		if !isCheck(place) {
			message = append(message, votes[place])
		}
	}
	return message
}

func text(bits []byte) string {
	letters := make([]byte, len(bits))
	for index, bit := range bits {
		letters[index] = '0' + bit
	}
	return string(letters)
}

func main() {
	var length, limit, kind, seed int
	fmt.Scan(&length, &limit, &kind, &seed)
	state = int64(1000*kind + seed + 1)
	for range 50 {
		message := make([]byte, length)
		for bit := range message {
			message[bit] = byte(draw(2147483647) / 32768 % 2)
		}
		encoded := encode(message)
		size := len(encoded)
		evens := (size + 1) / 2
		var left, right int
		switch kind {
		case 0:
			left, right = draw(size), draw(size)
		case 1:
			left = draw(size)
			right = left
		case 2:
			left, right = 2*draw(evens), 2*draw(evens)
		default:
			left = 2 * draw(evens)
			right = left + draw(size-left)
		}
		arrived := append([]byte(nil), encoded...)
		for bit := min(left, right); bit <= max(left, right); bit++ {
			arrived[bit] ^= 1
		}
		fmt.Println(text(message), text(encoded), text(arrived), text(decode(arrived)))
	}
}
