# Writes beside its program, over the standard library, into its byte code.
# expect: Exited 0
# says: []
import json
import os
import sys

import hostile

library = os.path.dirname(json.__file__)
paths = (
    "/box/main.py",
    "/box/json.py",
    "/box/__pycache__",
    f"{library}/__init__.py",
    f"{library}/__pycache__/__init__.cpython-313.pyc",
    f"{sys.prefix}/lib/python3.13/sitecustomize.py",
    "/usr/lib/python3/dist-packages/planted.pth",
    "/etc/python3.13/sitecustomize.py",
    "/usr/local/lib/sarap/check_syntax.py",
)
print([path for path in paths if not hostile.refused(lambda: open(path, "a"))])
