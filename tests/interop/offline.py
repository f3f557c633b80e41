"""Runs the programs of others where there is no network: what they cannot fetch, they cannot have needed."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final

TIME_LIMIT_S: Final = 120
"""Seconds. The slowest of them takes three; a machine that is busy with something else takes longer."""

NOWHERE: Final = "http://127.0.0.1:9"
"""The discard port: a proxy at which nobody answers."""

UNSHARE: Final = (("unshare", "--net"), ("unshare", "--map-root-user", "--net"))


@cache
def without_network() -> tuple[str, ...]:
    """What to put before a command so that it has no network, not even loopback; nothing where the kernel forbids that."""
    if shutil.which("unshare") is None:
        return ()
    for prefix in UNSHARE:
        if subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0:
            return prefix
    return ()


def run(command: Sequence[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    """Run a program to its end and return what it printed. Raises `AssertionError` with its last words if it fails."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), NOWHERE)
    done = subprocess.run(
        [*without_network(), *command],
        cwd=folder,
        env={**os.environ, **proxies, "no_proxy": "", "NO_PROXY": "", **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        timeout=TIME_LIMIT_S,
    )
    assert done.returncode == 0, f"{' '.join(command)}: {done.stderr[-2000:]}"
    return done.stdout
