// Goroutines that only wait: they are memory, not processes.
// expect: MemoryExceeded or CpuTimeExceeded
// limits: cpu_time_ms=2000
package main

func main() {
	for {
		go func() { select {} }()
	}
}
