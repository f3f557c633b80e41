// Asks for commands to be run while it is built.
// expect: Exited 0
// says: built
package main

import "fmt"

//go:generate sh -c "touch /box/generated; sleep 1000"

func main() { fmt.Println("built") }
