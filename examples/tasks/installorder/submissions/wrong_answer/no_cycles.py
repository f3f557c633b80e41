# Leaves out the modules of a cycle instead of saying that there is no order.
import sys

numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
after = [[] for _ in range(n + 1)]
missing = [0] * (n + 1)
for a, b in zip(numbers[2::2], numbers[3::2]):
    after[a].append(b)
    missing[b] += 1
ready = [module for module in range(1, n + 1) if missing[module] == 0]
for module in ready:
    for other in after[module]:
        missing[other] -= 1
        if missing[other] == 0:
            ready.append(other)
print(*ready)
