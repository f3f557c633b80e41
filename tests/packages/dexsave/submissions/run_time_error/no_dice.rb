# It expects at least one die.
difficulty, modifier = gets.split.map(&:to_i)
luck = gets.strip
dice = gets.split.drop(1)
raise IndexError, "no dice" if dice.empty?

bonus = { 0 => 1.0 }
dice.each do |die|
  sides = die[2..].to_i
  sign = die.start_with?("+") ? 1 : -1
  bonus = bonus.each_with_object(Hash.new(0.0)) do |(total, chance), rolled|
    (1..sides).each { |side| rolled[total + sign * side] += chance / sides }
  end
end
ways = { "straight" => ->(_) { 20 }, "advantage" => ->(kept) { 2 * kept - 1 }, "disadvantage" => ->(kept) { 41 - 2 * kept } }
answer = (2..20).sum do |kept|
  ways[luck].call(kept) / 400.0 * bonus.sum { |total, chance| kept == 20 || kept + modifier + total >= difficulty ? chance : 0 }
end
puts answer
