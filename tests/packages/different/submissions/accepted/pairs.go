package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	input := bufio.NewReader(os.Stdin)
	for {
		var left, right int64
		if _, err := fmt.Fscan(input, &left, &right); err != nil {
			return
		}
		fmt.Println(max(left-right, right-left))
	}
}
