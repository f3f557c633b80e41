# A path from 1 to n gives the odd sums from 3 to 2n-1 and connects all; each other sum between is added by any fitting pair.
stations, lines = map(int, input().split())
if not stations - 1 <= lines <= 2 * stations - 3:
    print(-1)
else:
    chosen = [(station, station + 1) for station in range(1, stations)]
    for total in range(4, 2 * stations - 1, 2):
        chosen.append((total // 2 - 1, total // 2 + 1))
    for left, right in chosen[:lines]:
        print(left, right)
