length = (number = STDIN.read.strip).length
sum = number.chars.sum(&:to_i)

largest = Array.new(length) { |place| (sum - 9 * place).clamp(0, 9) }
smallest = Array.new(length) { |place| (sum - 1 - 9 * place).clamp(0, 9) }.reverse
smallest[0] = sum - smallest.drop(1).sum
puts "#{smallest.join} #{largest.join}"
