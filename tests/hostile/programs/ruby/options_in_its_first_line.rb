#!/usr/bin/ruby -r/box/planted -W2
# Asks for options in its first line: a library that is not there.
# expect: Exited 1
puts "loaded"
