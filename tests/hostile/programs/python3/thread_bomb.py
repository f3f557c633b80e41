# Starts threads that only wait; the last one cannot be started, and the others are waited for.
# expect: WallTimeExceeded
import threading
import time

import hostile

while True:
    threading.Thread(target=time.sleep, args=(60,)).start()
