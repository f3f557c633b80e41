"""A program that does what it should."""

print(sum(int(word) for word in input().split()))
