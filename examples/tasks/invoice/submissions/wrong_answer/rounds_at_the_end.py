# Rounds the sums instead of every line.
import sys
from decimal import ROUND_HALF_UP, Decimal

lines = sys.stdin.read().split("\n")
amounts = taxes = Decimal(0)
for line in lines[1 : int(lines[0]) + 1]:
    quantity, price, discount, rate = map(Decimal, line.split())
    amount = quantity * price * (100 - discount) / 100
    amounts += amount
    taxes += amount * rate / 100
for total in (amounts, taxes, amounts + taxes):
    print(total.quantize(Decimal("0.01"), ROUND_HALF_UP))
