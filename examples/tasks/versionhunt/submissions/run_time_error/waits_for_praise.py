# Reads an answer to its last line, to which nothing is answered.
low, high = 1, int(input())
while low < high:
    middle = (low + high) // 2
    print("test", middle, flush=True)
    if input() == "fail":
        high = middle
    else:
        low = middle + 1
print("first", low, flush=True)
print(input())
