// Spins where nothing can interrupt it.
// expect: CpuTimeExceeded
package main

func main() {
	for {
	}
}
