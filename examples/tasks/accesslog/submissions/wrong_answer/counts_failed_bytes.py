# Adds up the bytes of failed requests as well: 30 points.
import sys

lines = sys.stdin.read().split("\n")
n, k = map(int, lines[0].split())
rows = {}
for line in lines[1 : n + 1]:
    user, status, size = line.split()
    row = rows.setdefault(user, [0, 0, 0])
    row[0] += 1
    row[1] += not 200 <= int(status) <= 299
    row[2] += int(size)
for user in sorted(rows, key=lambda user: (-rows[user][2], rows[user][1], user))[:k]:
    print(user, *rows[user])
