# Expects a point in every price.
import sys

lines = sys.stdin.read().split("\n")
amounts = taxes = 0
for line in lines[1 : int(lines[0]) + 1]:
    quantity, price, discount, rate = line.split()
    whole, rest = price.split(".")
    tiyn = int(whole) * 100 + int(rest.ljust(2, "0"))
    amount = (int(quantity) * tiyn * (100 - int(discount)) + 50) // 100
    amounts += amount
    taxes += (amount * int(rate) + 50) // 100
for total in (amounts, taxes, amounts + taxes):
    print(f"{total // 100}.{total % 100:02d}")
