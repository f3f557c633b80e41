// Each place has a shift of its own, never by nothing.
package main

import (
	"bufio"
	"fmt"
	"os"
)

func main() {
	input := bufio.NewReader(os.Stdin)
	output := bufio.NewWriter(os.Stdout)
	defer output.Flush()
	var action, word string
	var count int
	fmt.Fscan(input, &action, &count)
	for range count {
		fmt.Fscan(input, &word)
		letters := []byte(word)
		for place, letter := range letters {
			shift := place%25 + 1
			if action == "decrypt" {
				shift = 26 - shift
			}
			letters[place] = 'a' + byte((int(letter-'a')+shift)%26)
		}
		fmt.Fprintln(output, string(letters))
	}
}
