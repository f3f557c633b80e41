# Forks while a thread holds a lock: the child waits for ever, and so does its parent.
# expect: WallTimeExceeded
import os
import threading
import time

import hostile

lock = threading.Lock()
threading.Thread(target=lambda: lock.acquire() and time.sleep(0.2), daemon=True).start()
time.sleep(0.05)
if os.fork() == 0:
    lock.acquire()
os.wait()
