# Rounds a half to the even neighbour, as round() does.
import sys
from decimal import Decimal

lines = sys.stdin.read().split("\n")
amounts = taxes = Decimal(0)
for line in lines[1 : int(lines[0]) + 1]:
    quantity, price, discount, rate = map(Decimal, line.split())
    amount = round(quantity * price * (100 - discount) / 100, 2)
    amounts += amount
    taxes += round(amount * rate / 100, 2)
for total in (amounts, taxes, amounts + taxes):
    print(f"{total:.2f}")
