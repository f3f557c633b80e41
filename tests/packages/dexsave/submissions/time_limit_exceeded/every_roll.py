# Every way that all dice can fall, one by one.
from itertools import product

difficulty, modifier = map(int, input().split())
luck = input().strip()
_, *dice = input().split()
keep = {"straight": lambda first, _: first, "advantage": max, "disadvantage": min}[luck]
faces = [range(1, 21), range(1, 21)]
for die in dice:
    sides = int(die[2:])
    faces.append(range(1, sides + 1) if die[0] == "+" else range(-sides, 0))
successes = rolls = 0
for first, second, *others in product(*faces):
    kept = keep(first, second)
    rolls += 1
    successes += kept == 20 or (kept != 1 and kept + modifier + sum(others) >= difficulty)
print(successes / rolls)
