package main

import "fmt"

func main() {
	var count int
	fmt.Scan(&count)
	for index := 0; index < count; index++ {
		var word string
		fmt.Scan(&word)
		if index%2 == 1 {
			fmt.Println(word)
		}
	}
}
