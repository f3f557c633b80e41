// Names a function inside the runtime and calls it: it ends itself, as it may.
// expect: Exited 7
package main

import _ "unsafe"

//go:linkname exit runtime.exit
func exit(code int32)

func main() { exit(7) }
