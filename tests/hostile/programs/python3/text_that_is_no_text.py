# Half a character cannot be printed: its own fault, and an ordinary one.
# expect: Exited 1
import hostile

print("\ud800")
