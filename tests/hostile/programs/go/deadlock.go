// Everybody waits for everybody: the runtime sees it and ends.
// expect: Exited 2
package main

func main() {
	<-make(chan int)
}
