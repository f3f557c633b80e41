# It looks at every number of that many digits: quick enough up to 100 000, far too slow beyond.
number = input().strip()
wanted = sum(map(int, number))
least, most = 10 ** (len(number) - 1), 10 ** len(number)
fitting = [one for one in range(least, most) if sum(map(int, str(one))) == wanted]
print(fitting[0], fitting[-1])
