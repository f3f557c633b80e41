# Everything hangs on station 1, then on station n: the sums are 3 … n+1 and n+2 … 2n-1.
stations, lines = gets.split.map(&:to_i)
if lines < stations - 1 || lines > 2 * stations - 3
  puts(-1)
else
  chosen = (2..stations).map { |other| [1, other] } + (2...stations).map { |other| [other, stations] }
  chosen.take(lines).each { |pair| puts pair.join(" ") }
end
