# Looks for each user in a list from its beginning: 60 points.
import sys

lines = sys.stdin.read().split("\n")
n, k = map(int, lines[0].split())
names = []
rows = []
for line in lines[1 : n + 1]:
    user, status, size = line.split()
    place = 0
    while place < len(names) and names[place] != user:
        place += 1
    if place == len(names):
        names.append(user)
        rows.append([0, 0, 0])
    rows[place][0] += 1
    if status[0] == "2":
        rows[place][2] += int(size)
    else:
        rows[place][1] += 1
for place in sorted(range(len(names)), key=lambda place: (-rows[place][2], rows[place][1], names[place]))[:k]:
    print(names[place], *rows[place])
