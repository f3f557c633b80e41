// Embeds by climbing out of its folder.
// expect: Rejected
// says: pattern
package main

import _ "embed"

//go:embed ../etc/passwd
var passwords string

func main() { println(passwords) }
