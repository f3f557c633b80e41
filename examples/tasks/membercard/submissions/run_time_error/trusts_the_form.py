# Takes whatever stands in the place of a digit for one.
import sys

lines = sys.stdin.read().split("\n")
for line in lines[1 : int(lines[0]) + 1]:
    number = line.replace(" ", "").replace("-", "").upper()
    if len(number) != 10:
        print("LENGTH")
        continue
    if not ("A" <= number[0] <= "Z" and "A" <= number[1] <= "Z"):
        print("FORMAT")
        continue
    values = [ord(letter) - 64 for letter in number[:2]] + [int(digit) for digit in number[2:]]
    right = sum(place * value for place, value in enumerate(values[:9], start=1)) % 10 == values[9]
    print(f"OK {number[:2]}-{number[2:9]}-{number[9]}" if right else "CHECK")
