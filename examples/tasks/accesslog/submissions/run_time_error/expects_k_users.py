# Takes it for granted that there are k users.
import sys

lines = sys.stdin.read().split("\n")
n, k = map(int, lines[0].split())
rows = {}
for line in lines[1 : n + 1]:
    user, status, size = line.split()
    row = rows.setdefault(user, [0, 0, 0])
    row[0] += 1
    if status[0] == "2":
        row[2] += int(size)
    else:
        row[1] += 1
order = sorted(rows, key=lambda user: (-rows[user][2], rows[user][1], user))
for place in range(k):
    print(order[place], *rows[order[place]])
