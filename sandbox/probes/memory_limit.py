"""A program that takes memory until it gets no more."""

kept = []
while True:
    kept.append(bytearray(2**20))
