# Accepts small letters, but writes the number as it came.
import re
import sys

lines = sys.stdin.read().split("\n")
for line in lines[1 : int(lines[0]) + 1]:
    number = line.replace(" ", "").replace("-", "")
    if len(number) != 10:
        print("LENGTH")
    elif not re.fullmatch("[A-Za-z]{2}[0-9]{8}", number):
        print("FORMAT")
    else:
        values = [ord(letter.upper()) - 64 for letter in number[:2]] + [int(digit) for digit in number[2:9]]
        right = sum(place * value for place, value in enumerate(values, start=1)) % 10 == int(number[9])
        print(f"OK {number[:2]}-{number[2:9]}-{number[9]}" if right else "CHECK")
