// Embeds a file that is not beside it.
// expect: Rejected
// says: pattern
package main

import _ "embed"

//go:embed /etc/passwd
var passwords string

func main() { println(passwords) }
