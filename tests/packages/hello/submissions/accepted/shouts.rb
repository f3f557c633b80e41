# The default checker compares without regard to case, and to how much space there is.
puts "", "HELLO", "", "world!"
