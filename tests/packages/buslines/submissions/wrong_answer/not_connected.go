// Different sums, one line for each, from the largest down and always in the middle: station 1 is often left alone.
package main

import "fmt"

func main() {
	var stations, lines int
	fmt.Scan(&stations, &lines)
	if lines < stations-1 || lines > 2*stations-3 {
		fmt.Println(-1)
		return
	}
	for sum := 2*stations - 1; sum > 2*stations-1-lines; sum-- {
		left := (sum - 1) / 2
		fmt.Println(left, sum-left)
	}
}
