// Locks goroutines to threads of their own until there are no more threads.
// expect: Exited 2
// limits: cpu_time_ms=2000
package main

import (
	"runtime"
	"syscall"
)

func main() {
	for range 100 {
		go func() {
			runtime.LockOSThread()
			syscall.Pause()
		}()
	}
	syscall.Pause()
}
