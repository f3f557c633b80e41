// Unwraps what is not there: the runtime traps.
// expect: Signalled 4 or Signalled 5
let nothing: Int? = Int("x")
print(nothing!)
