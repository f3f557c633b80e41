# Asks for locales that there are not, so that numbers would be written with a comma.
# expect: Exited 0
# says: refused
# says: 0.5
import locale

import hostile

try:
    locale.setlocale(locale.LC_ALL, "ru_RU.UTF-8")
except locale.Error:
    print("refused")
print(f"{0.5:n}")
