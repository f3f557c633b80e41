import re
import sys


def judged(written):
    number = written.replace(" ", "").replace("-", "").upper()
    if len(number) != 10:
        return "LENGTH"
    if not re.fullmatch("[A-Z]{2}[0-9]{8}", number):
        return "FORMAT"
    values = [ord(letter) - ord("A") + 1 for letter in number[:2]] + [int(digit) for digit in number[2:9]]
    if sum(place * value for place, value in enumerate(values, start=1)) % 10 != int(number[9]):
        return "CHECK"
    return f"OK {number[:2]}-{number[2:9]}-{number[9]}"


lines = sys.stdin.read().split("\n")
for line in lines[1 : int(lines[0]) + 1]:
    print(judged(line))
