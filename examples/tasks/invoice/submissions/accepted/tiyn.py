import sys


def in_tiyn(price):
    whole, _, rest = price.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0"))


def money(tiyn):
    return f"{tiyn // 100}.{tiyn % 100:02d}"


lines = sys.stdin.read().split("\n")
amounts = taxes = 0
for line in lines[1 : int(lines[0]) + 1]:
    quantity, price, discount, rate = line.split()
    amount = (int(quantity) * in_tiyn(price) * (100 - int(discount)) + 50) // 100
    amounts += amount
    taxes += (amount * int(rate) + 50) // 100
print(money(amounts), money(taxes), money(amounts + taxes), sep="\n")
