from collections import Counter

difficulty, modifier = map(int, input().split())
luck = input().strip()
_, *dice = input().split()

bonus = Counter({0: 1.0})
for die in dice:
    sides = int(die[2:])
    sign = 1 if die[0] == "+" else -1
    rolled = Counter()
    for total, chance in bonus.items():
        for side in range(1, sides + 1):
            rolled[total + sign * side] += chance / sides
    bonus = rolled

answer = 0.0
for first in range(1, 21):
    for second in range(1, 21):
        kept = {"straight": first, "advantage": max(first, second), "disadvantage": min(first, second)}[luck]
        if kept == 20:
            answer += 1 / 400
        elif kept != 1:
            answer += sum(chance for total, chance in bonus.items() if kept + modifier + total >= difficulty) / 400
print(f"{answer:.9f}")
