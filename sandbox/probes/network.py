"""Says whom it reached and which network it sees; nobody and none, if all is well."""

import os
import socket

FAR = [(socket.AF_INET, "192.0.2.1"), (socket.AF_INET, "169.254.169.254"), (socket.AF_INET6, "2001:db8::1")]

reached = []
for family, address in FAR:
    for kind, name in ((socket.SOCK_STREAM, "tcp"), (socket.SOCK_DGRAM, "udp")):
        try:
            with socket.socket(family, kind) as caller:
                caller.settimeout(0.2)
                caller.connect((address, 53))
                caller.send(b"x")
        except socket.timeout:  # noqa: UP041 - also run by older Pythons. A packet that nobody answers has left.
            reached.append(name + " " + address)
        except OSError:
            pass
        else:
            reached.append(name + " " + address)
try:
    reached += [name for name in os.listdir("/sys/class/net") if name != "lo"]
except OSError:
    pass
print(" ".join(reached) or "nobody")
