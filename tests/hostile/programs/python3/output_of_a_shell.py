# Has other programs write for it.
# expect: OutputExceeded
import os

import hostile

os.system("yes | cat")
