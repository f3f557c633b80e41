// A slice that only grows.
// expect: MemoryExceeded
// limits: cpu_time_ms=2000
package main

func main() {
	var held [][]byte
	for {
		part := make([]byte, 1<<20)
		for at := range part {
			part[at] = 1
		}
		held = append(held, part)
	}
}
