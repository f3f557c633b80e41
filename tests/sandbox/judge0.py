"""A small HTTP server that speaks Judge0's interface and has a script for every program: what Judge0 would answer."""

import base64
import json
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Json = dict[str, Any]
Answer = Callable[[Json], tuple[int, Any]]
"""What the server says of a submission: status and body of the GET."""


def encoded(text: str) -> str:
    """A text as Judge0 sends it."""
    return base64.b64encode(text.encode()).decode() + "\n"


def detail(status: int, **fields: Any) -> Json:
    """A finished submission in Judge0's form, texts in base64."""
    texts = {key: encoded(value) if isinstance(value, str) else None for key, value in fields.items() if key != "memory"}
    plain: Json = {"stdout": None, "stderr": None, "compile_output": None, "message": None, "time": "0.014", "memory": 8220}
    plain |= {key: value for key, value in texts.items() if key != "time"}
    if "time" in fields:
        plain["time"] = fields["time"]
    return plain | {"token": "t", "status": {"id": status, "description": "as recorded"}}


@contextmanager
def judge0(answer: Answer, created: tuple[int, Any] | None = None) -> Generator[tuple[str, list[Json]]]:
    """A server for one test: its address and the submissions that it got, texts decoded."""
    received: list[Json] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked: Json = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append(
                asked | {key: base64.b64decode(asked[key]).decode() for key in ("source_code", "stdin") if key in asked}
            )
            self._send(*(created or (201, {"token": str(len(received) - 1)})))

        def do_GET(self) -> None:
            about = {"version": "1.13.1", "homepage": "x", "source_code": "y", "maintainer": "z"}
            if self.path == "/about":
                return self._send(200, about)
            token = self.path.partition("?")[0].rpartition("/")[2]
            return self._send(*answer(received[int(token) if token.isdecimal() else -1]))

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the base class's
            del format, args

        def _send(self, status: int, body: Any) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", received
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
