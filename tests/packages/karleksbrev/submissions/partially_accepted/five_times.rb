# Each difference of neighbouring bits five times in a row, 500 bits: the first group only (7 points).
COPIES = 5

def encode(message)
  last = 0
  message.flat_map { |bit| [bit] * COPIES }.map { |bit| last ^= bit }
end

def decode(arrived)
  differences = arrived.zip([0] + arrived).map { |bit, before| bit ^ before }
  differences.each_slice(COPIES).map { |copies| copies.sum > COPIES / 2 ? 1 : 0 }
end

length, _, kind, seed = STDIN.read.split.map(&:to_i)
state = 1000 * kind + seed + 1
draw = ->(bound = 2_147_483_647) { (state = state * 16_807 % 2_147_483_647) % bound }
50.times do
  message = Array.new(length) { draw.call / 32_768 % 2 }
  encoded = encode(message)
  size = encoded.length
  evens = (size + 1) / 2
  case kind
  when 0 then ends = [draw.call(size), draw.call(size)]
  when 1 then ends = [draw.call(size)] * 2
  when 2 then ends = [2 * draw.call(evens), 2 * draw.call(evens)]
  else
    left = 2 * draw.call(evens)
    ends = [left, left + draw.call(size - left)]
  end
  left, right = ends.minmax
  arrived = encoded.each_with_index.map { |bit, place| place.between?(left, right) ? 1 - bit : bit }
  puts [message, encoded, arrived, decode(arrived)].map(&:join).join(" ")
end
