# Keeps the room occupied at the very moment when a lesson ends: 30 points.
import sys

numbers = list(map(int, sys.stdin.read().split()))
events = sorted([(begin, 0) for begin in numbers[1::2]] + [(end, 1) for end in numbers[2::2]])
rooms = most = moment = 0
for time, is_end in events:
    rooms += -1 if is_end else 1
    if rooms > most:
        most, moment = rooms, time
print(most, moment)
