import sys

for line in sys.stdin:
    left, right = sorted(map(int, line.split()))
    difference = 0
    while left < right:
        left += 1
        difference += 1
    print(difference)
