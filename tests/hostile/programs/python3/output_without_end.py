# Prints for ever.
# expect: OutputExceeded
import hostile

while True:
    print("x" * 1000)
