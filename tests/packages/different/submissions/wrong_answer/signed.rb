STDIN.each_line do |line|
  left, right = line.split.map(&:to_i)
  puts right - left
end
