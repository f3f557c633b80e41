# Lays modules into its home and its folder, from where Python would load them by itself in the next run.
# expect: Exited 0
# says: laid
import os
import site

import hostile

folder = site.getusersitepackages()
os.makedirs(folder)
for name in ("usercustomize.py", "sitecustomize.py"):
    open(f"{folder}/{name}", "w").write("print('loaded')\n")
open(f"{folder}/planted.pth", "w").write("import os; print('loaded')\n")
for name in ("json.py", "site.py", "hostile.py", "encodings.py", "pyvenv.cfg"):
    open(f"/tmp/{name}", "w").write("print('loaded')\n")
print("laid")
