# Brings modules named as those of the library: it fools itself, and not the check of its syntax before.
# expect: Exited 0
# says: json is its own
import json

import hostile

print(json.SAYS)
