# Right guesses, and then a crash: the validator accepts, and the program has failed all the same.
$stdout.sync = true
low, high = 1, 1000
loop do
  guess = (low + high) / 2
  puts guess
  case gets.strip
  when "lower" then high = guess - 1
  when "higher" then low = guess + 1
  else raise "done"
  end
end
