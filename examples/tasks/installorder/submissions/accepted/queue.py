import sys
from collections import deque

numbers = list(map(int, sys.stdin.read().split()))
n, m = numbers[:2]
after = [[] for _ in range(n + 1)]
missing = [0] * (n + 1)
for a, b in zip(numbers[2::2], numbers[3::2]):
    after[a].append(b)
    missing[b] += 1
ready = deque(module for module in range(1, n + 1) if missing[module] == 0)
order = []
while ready:
    module = ready.popleft()
    order.append(module)
    for other in after[module]:
        missing[other] -= 1
        if missing[other] == 0:
            ready.append(other)
print(*order if len(order) == n else ["impossible"])
