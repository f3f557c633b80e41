words = STDIN.read.split
puts words.drop(1).each_slice(2).map(&:first)
