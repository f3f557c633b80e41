# Writes every byte that there is: the output is bytes and not text.
# expect: Exited 0
# says: b"\x00\x01\x7f\x80\xc3\x28\xff\xfe\r\n\n\x00"
import os

import hostile

os.write(1, bytes([0, 1, 127, 128, 0xC3, 0x28, 255, 254, 13, 10, 10, 0]))
