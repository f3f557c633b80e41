"""114 bits for 100, any interval turned over.

Turning over an interval changes at most two of the differences between neighbouring bits. So the differences are a word of a
BCH code of length 127 that corrects two errors, shortened to 114: a multiple of a polynomial of degree 14.
"""

GENERATOR = 0x4377
CHECKS = 14
LENGTH = 114

remainders = [1]
while len(remainders) < LENGTH:
    shifted = remainders[-1] << 1
    remainders.append(shifted ^ GENERATOR if shifted >> CHECKS else shifted)
errors = {0: ()}
for one in range(LENGTH):
    errors[remainders[one]] = (one,)
    for other in range(one):
        errors[remainders[one] ^ remainders[other]] = (one, other)


def syndrome(differences):
    result = 0
    for place, bit in enumerate(differences):
        if bit:
            result ^= remainders[place]
    return result


def encode(message):
    differences = [0] * CHECKS + [int(bit) for bit in message]
    checks = syndrome(differences)
    for place in range(CHECKS):
        differences[place] = checks >> place & 1
    sent, last = [], 0
    for bit in differences:
        last ^= bit
        sent.append(str(last))
    return "".join(sent)


def decode(arrived):
    differences = [int(bit) ^ int(before) for bit, before in zip(arrived, "0" + arrived)]
    for place in errors[syndrome(differences)]:
        differences[place] ^= 1
    return "".join(map(str, differences[CHECKS:]))


def main():
    length, _ = map(int, input().split())
    kind, seed = map(int, input().split())
    state = 1000 * kind + seed + 1

    def draw():
        nonlocal state
        state = state * 16807 % 2147483647
        return state

    for _ in range(50):
        message = "".join(str(draw() // 32768 % 2) for _ in range(length))
        encoded = encode(message)
        size = len(encoded)
        evens = (size + 1) // 2
        if kind == 0:
            left, right = sorted((draw() % size, draw() % size))
        elif kind == 1:
            left = right = draw() % size
        elif kind == 2:
            left, right = sorted((2 * (draw() % evens), 2 * (draw() % evens)))
        else:
            left = 2 * (draw() % evens)
            right = left + draw() % (size - left)
        turned = encoded[left : right + 1].translate({48: "1", 49: "0"})
        arrived = encoded[:left] + turned + encoded[right + 1 :]
        print(message, encoded, arrived, decode(arrived))


main()
