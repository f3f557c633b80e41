"""What a person sees while a long set-up runs: a line for each step when it is done, with its time.

    ✓ PostgreSQL                0.4 s
    ✓ Sandbox images           61.0 s

On a terminal the step that runs is shown with what it is doing just now; in a pipe there are only the lines.
"""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status

NAME_WIDTH = 46
"""Columns for a step's name, so that the times stand below each other."""

DETAIL_MAX_CHARS = 100
"""What a program says may be long; a status is one line."""


@dataclass(slots=True)
class Progress:
    """The steps so far: `with progress.step("PostgreSQL"): …`, inside which `progress.say(…)` tells the detail."""

    console: Console = field(default_factory=lambda: Console(highlight=False, soft_wrap=True))
    times: list[tuple[str, float]] = field(default_factory=list[tuple[str, float]])
    status: Status | None = None
    current: str = ""

    @contextmanager
    def step(self, name: str) -> Generator[None]:
        """Do one step; its line is printed when it is done, with a cross if it raised."""
        began = time.monotonic()
        mark = "[red]✗[/]"
        self.current = name
        self.status = self.console.status(f"{name} …")
        self.status.start()
        try:
            yield
            mark = "[green]✓[/]"
        finally:
            self.status.stop()
            self.status = None
            seconds = time.monotonic() - began
            self.times.append((name, seconds))
            self.console.print(f"{mark} {name:<{NAME_WIDTH}} {seconds:6.1f} s")

    def say(self, detail: str) -> None:
        """Tell what the step is doing just now."""
        if (status := self.status) is not None:  # another thread may end the step meanwhile
            status.update(f"{self.current}: {detail.strip()[:DETAIL_MAX_CHARS]}".replace("[", r"\["))
