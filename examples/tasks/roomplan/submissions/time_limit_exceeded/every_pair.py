# Asks for each lesson which others are running when it begins: 60 points.
import sys

numbers = list(map(int, sys.stdin.read().split()))
lessons = sorted(zip(numbers[1::2], numbers[2::2]))
most = moment = 0
for begin, _ in lessons:
    rooms = 0
    for other_begin, other_end in lessons:
        if other_begin <= begin < other_end:
            rooms += 1
    if rooms > most:
        most, moment = rooms, begin
print(most, moment)
