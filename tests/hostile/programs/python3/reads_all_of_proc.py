# Reads whatever the kernel tells about itself; some of it would wait for ever.
# expect: Exited 0
# says: read
# limits: cpu_time_ms=8000 memory_mib=256
import os

import hostile

for folder, _, names in os.walk("/proc/self"):
    for name in names:
        try:
            fd = os.open(f"{folder}/{name}", os.O_RDONLY | os.O_NONBLOCK)
            if name not in {"mem", "0"}:
                os.read(fd, 1 << 16)
            os.close(fd)
        except OSError:
            pass
print("read")
