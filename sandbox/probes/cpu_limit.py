"""A program that never ends and uses the processor all the time."""

while True:
    pass
