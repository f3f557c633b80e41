"""Child processes that end with us, however we end.

The kernel sends a child its signal when the thread that started it is gone, `kill -9` included (prctl(2), `PR_SET_PDEATHSIG`).
So: start children on the main thread. Linux only.
"""

import ctypes
import os
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final

PR_SET_PDEATHSIG: Final = 1  # <linux/prctl.h>

_libc = ctypes.CDLL(None, use_errno=True)


def tied_to_us(death_signal: signal.Signals, first: Callable[[], None] | None = None) -> Callable[[], None]:
    """What a child runs between fork and exec (`preexec_fn`). `first` comes first: changing credentials clears the signal."""
    parent = os.getpid()

    def prepare() -> None:
        if first is not None:
            first()
        _libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
        if os.getppid() != parent:  # the parent died before the line above
            os._exit(1)

    return prepare


def start(
    argv: Sequence[str | Path], *, environment: Mapping[str, str] | None = None, output: BinaryIO | None = None
) -> subprocess.Popen[bytes]:
    """Start a child in a session of its own, so that a Ctrl-C on the terminal reaches only us and we stop it in order.

    `output` takes both of its streams; None: it writes to ours. Raises `OSError` if there is no such program.
    """
    return subprocess.Popen(
        argv,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        preexec_fn=tied_to_us(signal.SIGTERM),  # noqa: PLW1509 - started on the main thread, and nothing else can do this
    )


def stop(process: subprocess.Popen[bytes], timeout_s: float, how: signal.Signals = signal.SIGTERM) -> bool:
    """Ask a child to stop and wait; kill it if it takes longer than `timeout_s`. Says whether it stopped by itself."""
    process.send_signal(how)
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return False
    return True
