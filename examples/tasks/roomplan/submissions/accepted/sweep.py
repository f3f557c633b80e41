import sys


def main():
    numbers = list(map(int, sys.stdin.read().split()))
    # An end comes before a beginning at the same moment: the room is free again.
    events = sorted([(begin, 1) for begin in numbers[1::2]] + [(end, -1) for end in numbers[2::2]])
    rooms = most = moment = 0
    for time, change in events:
        rooms += change
        if rooms > most:
            most, moment = rooms, time
    print(most, moment)


main()
