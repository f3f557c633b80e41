# Opens servers and calls out, as a library would.
# expect: Exited 0
# says: TCP server refused
# says: name refused
# says: web refused
# says: local server refused
import socket
import socketserver
import urllib.request

import hostile

ways = {
    "TCP server": lambda: socketserver.TCPServer(("127.0.0.1", 0), None),
    "name": lambda: socket.getaddrinfo("example.org", 80),
    "web": lambda: urllib.request.urlopen("http://127.0.0.1:80/", timeout=1),
    "local server": lambda: socketserver.UnixStreamServer("\0abstract", None),
}
for name, way in ways.items():
    print(name, "refused" if hostile.refused(way) else "done")
