"""The first run makes as many processes as it can and leaves them; it says how many. The second does what it should."""

import os
import time

if input() == "attack":
    made = 0
    try:
        while made < 500:
            if os.fork() == 0:
                time.sleep(600)
                os._exit(0)
            made += 1
    except OSError:
        pass
    print(made)
else:
    print("well")
