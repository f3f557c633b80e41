"""A demo centre of its own for one walk: `sarap serve` in a fresh folder on a free port, stopped and swept away at the end."""

import json
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from app import child
from app.settings import Settings

START_TIMEOUT_S: Final = 1800
"""A first start installs an engine and builds images: minutes on a slow line."""

STOP_TIMEOUT_S: Final = 30
"""`sarap serve` drains in seconds; later than this it is ended."""

POLL_S: Final = 0.2

READY_LINE: Final = "  ready after"
"""What `sarap serve` prints once the demo centre is complete."""

KEPT_LINES: Final = 40
"""What of the centre's words an error shows."""


class CentreError(Exception):
    """The centre did not start; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Centre:
    """A running demo centre: its address, everybody's password by login, its data folder and the process that runs it all."""

    url: str
    passwords: dict[str, str]
    data_dir: Path
    pid: int


@contextmanager
def fresh_centre(settings: Settings, say: Callable[[str], None]) -> Generator[Centre]:
    """Run a demo centre that knows only its people, scheme and example tasks.

    `DATABASE_URL` is used where it is set; the data folder is a fresh one beside the real one, so that no other centre is
    disturbed. `say` hears what the set-up does. Raises `CentreError`.
    """
    port = _free_port()
    data_dir = settings.data_dir / f"demo-{port}"
    settings = replace(settings, port=port, public_url=f"http://localhost:{port}", data_dir=data_dir)
    environment = os.environ | {
        "PORT": str(port),
        "SARAP_HOST": "127.0.0.1",
        "SARAP_PUBLIC_URL": settings.public_url,
        "SARAP_DATA_DIR": str(data_dir),
        "SARAP_KEYS_DIR": str(data_dir / "keys"),
        "SARAP_DEMO": "1",
    }
    read_end, write_end = os.pipe()
    with os.fdopen(write_end, "wb") as output:
        process = child.start([sys.executable, "-m", "app", "serve"], environment=environment, output=output)
    words: deque[str] = deque(maxlen=KEPT_LINES)
    ready = threading.Event()
    listener = threading.Thread(target=_listen, args=(read_end, words, say, ready), daemon=True)
    listener.start()
    try:
        _wait(process, ready, words)
        passwords = json.loads((data_dir / "demo-accounts.json").read_text("utf-8"))
        yield Centre(settings.public_url, passwords, data_dir, process.pid)
    finally:
        child.stop(process, STOP_TIMEOUT_S)
        listener.join(timeout=1)
        shutil.rmtree(data_dir, ignore_errors=True)


def _listen(read_end: int, words: deque[str], say: Callable[[str], None], ready: threading.Event) -> None:
    """Keep the centre's last words, and notice when it is ready. Reads on for ever: a full pipe would stop the centre."""
    with os.fdopen(read_end, encoding="utf-8", errors="replace") as stream:
        for line in stream:
            words.append(line)
            if line.startswith(READY_LINE):
                ready.set()
            elif not ready.is_set():
                say(line.strip())


def _wait(process: subprocess.Popen[bytes], ready: threading.Event, words: deque[str]) -> None:
    waited_s = 0.0
    while not ready.wait(POLL_S):
        waited_s += POLL_S
        if process.poll() is not None or waited_s > START_TIMEOUT_S:
            raise CentreError("the demo centre did not start:\n" + "".join(words))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
