"""A service: a child process that is started again when it ends by itself."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from app import child

BACK_OFF_FIRST_S: Final = 1.0
BACK_OFF_MAX_S: Final = 30.0
"""A service that cannot run is tried twice a minute: often enough to recover, seldom enough to read its log."""

HEALTHY_AFTER_S: Final = 10.0
"""Whoever lived so long begins again with the shortest pause: it could start, so it is not its configuration that ended it, and
candidates wait for it. What fails at its start fails within seconds."""

STOP_TIMEOUT_S: Final = 10.0
"""The web drains for 3 s and a worker for 4 s; later than this they are killed, which loses nothing either."""


@dataclass(slots=True)
class Service:
    """A `sarap` command that is kept running. `log_path` takes its output; None: it writes to ours.

    `module` is `sarap` itself, unless a rehearsal has a process of its own.
    """

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log_path: Path | None
    process: subprocess.Popen[bytes] | None = None
    began: float = 0.0
    pause_s: float = field(default=BACK_OFF_FIRST_S)
    due: float | None = None
    module: str = "app"

    def start(self) -> None:
        """Start the process."""
        argv = [sys.executable, "-m", self.module, *self.arguments]
        environment = {**os.environ, **self.environment}
        if self.log_path is None:
            self.process = child.start(argv, environment=environment)
        else:
            self.log_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with self.log_path.open("ab") as log:
                self.process = child.start(argv, environment=environment, output=log)
        self.began = time.monotonic()
        self.due = None

    def tend(self) -> str | None:
        """Look after it, now and then. Returns a sentence for the administrator if it had ended."""
        now = time.monotonic()
        if self.due is not None:
            if now >= self.due:
                self.start()
            return None
        if self.process is None or (status := self.process.poll()) is None:
            return None
        if now - self.began > HEALTHY_AFTER_S:
            self.pause_s = BACK_OFF_FIRST_S
        self.due = now + self.pause_s
        said = f"{self.name} ended with status {status}; starting it again in {self.pause_s:.0f} s"
        self.pause_s = min(2 * self.pause_s, BACK_OFF_MAX_S)
        return said if self.log_path is None else f"{said} (see {self.log_path})"

    def ask_to_stop(self) -> None:
        """Begin to stop it; `stop` waits for the end."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def stop(self) -> None:
        """Stop it and wait."""
        if self.process is not None and self.process.poll() is None:
            child.stop(self.process, STOP_TIMEOUT_S)
