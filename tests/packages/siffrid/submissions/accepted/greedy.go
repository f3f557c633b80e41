package main

import "fmt"

func main() {
	var number string
	fmt.Scan(&number)
	sum := 0
	for _, digit := range number {
		sum += int(digit - '0')
	}
	smallest, largest := []byte(number), []byte(number)
	rest := sum - 1
	for place := len(number) - 1; place > 0; place-- {
		digit := min(rest, 9)
		smallest[place] = byte('0' + digit)
		rest -= digit
	}
	smallest[0] = byte('1' + rest)
	rest = sum
	for place := range largest {
		digit := min(rest, 9)
		largest[place] = byte('0' + digit)
		rest -= digit
	}
	fmt.Println(string(smallest), string(largest))
}
