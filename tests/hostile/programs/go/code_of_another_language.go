// Hands the compiler of C its own flags.
// expect: Rejected
package main

// #cgo CFLAGS: -fplugin=/box/plugin.so
// #cgo LDFLAGS: -Wl,-rpath=/tmp
// #include <stdlib.h>
import "C"

func main() { C.exit(0) }
