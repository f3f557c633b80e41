package main

import "fmt"

func main() {
	var left, right int64
	fmt.Scan(&left, &right)
	fmt.Println(max(left-right, right-left))
}
