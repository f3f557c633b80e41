package main

import "fmt"

func main() {
	var count, total int
	fmt.Scan(&count)
	for item := 0; item < count; item++ {
		var what string
		var amount int
		fmt.Scan(&what, &amount)
		total += amount
	}
	switch {
	case total > 0:
		fmt.Println("Nekad")
	case total < 0:
		fmt.Println("Usch, vinst")
	default:
		fmt.Println("Noll")
	}
}
