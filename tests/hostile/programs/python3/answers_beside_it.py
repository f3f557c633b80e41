# Looks for the files that judges lay beside a program.
# expect: Exited 0
# says: ['hostile.py', 'main.py']
# says: [] [] []
import glob
import os
import sys

import hostile

print(sorted(os.listdir("/box")))
print(glob.glob("/**/*.ans", recursive=False), glob.glob("/tmp/*"), sys.argv[1:])
