package main

import (
	"fmt"
	"os"
	"sort"
)

func main() {
	sort.Search(1000, func(index int) bool {
		fmt.Println(index + 1)
		var answer string
		fmt.Scan(&answer)
		if answer == "correct" {
			os.Exit(0)
		}
		return answer == "lower"
	})
}
