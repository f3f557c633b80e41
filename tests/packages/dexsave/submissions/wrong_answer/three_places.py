from fractions import Fraction

difficulty, modifier = map(int, input().split())
luck = input().strip()
_, *dice = input().split()

bonus = {0: Fraction(1)}
for die in dice:
    sides, sign = int(die[2:]), 1 if die[0] == "+" else -1
    rolled = {}
    for total, chance in bonus.items():
        for side in range(1, sides + 1):
            rolled[total + sign * side] = rolled.get(total + sign * side, 0) + chance / sides
    bonus = rolled
answer = Fraction(0)
for kept in range(2, 21):
    ways = {"straight": 20, "advantage": 2 * kept - 1, "disadvantage": 41 - 2 * kept}[luck]
    success = sum(chance for total, chance in bonus.items() if kept == 20 or kept + modifier + total >= difficulty)
    answer += ways * success / 400
print(f"{float(answer):.3f}")
