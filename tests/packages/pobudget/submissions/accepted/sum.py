import sys

amounts = map(int, sys.stdin.read().split()[2::2])
total = sum(amounts)
print("Usch, vinst" if total > 0 else "Nekad" if total < 0 else "Lagom")
