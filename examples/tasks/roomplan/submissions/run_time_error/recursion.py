# Walks through the events by calling itself, which ends at a thousand.
import sys


def walk(events, place, rooms, most, moment):
    if place == len(events):
        return most, moment
    time, change = events[place]
    rooms += change
    if rooms > most:
        most, moment = rooms, time
    return walk(events, place + 1, rooms, most, moment)


numbers = list(map(int, sys.stdin.read().split()))
events = sorted([(begin, 1) for begin in numbers[1::2]] + [(end, -1) for end in numbers[2::2]])
print(*walk(events, 0, 0, 0, 0))
