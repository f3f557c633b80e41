# Its text is UTF-8, whatever the host speaks; so are the names of its files.
# expect: Exited 0
# says: utf-8 utf-8
# says: ['Ғылым — наука']
# says: Қазақша, русский, 中文, 🙂
import os
import sys

import hostile

print(sys.stdout.encoding, sys.getfilesystemencoding())
open("/tmp/Ғылым — наука", "w").write("сынақ")
print(os.listdir("/tmp"))
print("Қазақша, русский, 中文, 🙂")
