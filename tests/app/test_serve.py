"""`sarap serve`, as a person starts and stops it: a real centre without its demo, on a port of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

import pytest

pytestmark = pytest.mark.docker

START_PATIENCE_S: Final = 120
STOP_PATIENCE_S: Final = 20


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def descendants(pid: int) -> dict[int, str]:
    """Every living process below `pid`, by id, with its command line."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            children.setdefault(parent, []).append(int(entry.name))
    found: dict[int, str] = {}
    todo = [pid]
    while todo:
        for child in children.get(todo.pop(), []):
            try:
                found[child] = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            todo.append(child)
    return found


def alive(pids: dict[int, str]) -> dict[int, str]:
    """Those that still run and are still the same process; a zombie has no command line."""
    left: dict[int, str] = {}
    for pid, command in pids.items():
        try:
            if Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode() == command:
                left[pid] = command
        except OSError:
            continue
    return left


def answers(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


class Centre:
    """A running `sarap serve`."""

    def __init__(self, data_dir: Path, *, demo: bool = False, ready: str = "Ctrl-C stops everything") -> None:
        self.port = free_port()
        self.ready = ready
        environment = os.environ | {"SARAP_DATA_DIR": str(data_dir), "PORT": str(self.port), "SARAP_DEMO": str(int(demo))}
        environment.pop("DATABASE_URL", None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "serve"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env=environment,
        )
        self.said = self._wait_for_welcome()

    def _wait_for_welcome(self) -> str:
        assert self.process.stdout is not None
        said = ""
        deadline = time.monotonic() + START_PATIENCE_S
        for line in self.process.stdout:
            said += line
            if self.ready in line:
                return said
            assert time.monotonic() < deadline, said
        pytest.fail(f"serve ended: {said}")


@contextmanager
def centre(data_dir: Path, *, demo: bool = False, ready: str = "Ctrl-C stops everything") -> Generator[Centre]:
    started = Centre(data_dir, demo=demo, ready=ready)
    try:
        yield started
    finally:
        started.process.kill()
        started.process.communicate()


def gone(pids: dict[int, str]) -> bool:
    deadline = time.monotonic() + STOP_PATIENCE_S
    while alive(pids) and time.monotonic() < deadline:
        time.sleep(0.1)
    return not alive(pids)


def test_a_centre_starts_answers_and_stops_everything_that_it_started(tmp_path: Path) -> None:
    with centre(tmp_path) as running:
        assert answers(running.port, "/readyz") == 200
        assert answers(running.port, "/") == 200
        for step in ("PostgreSQL", "Migrations", "Docker engine", "Sandbox images", "Web and workers"):
            assert f"✓ {step}" in running.said
        assert f"http://localhost:{running.port}" in running.said
        started = descendants(running.process.pid)
        assert len([command for command in started.values() if " -m app " in command]) == 3
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(STOP_PATIENCE_S) == 0
        assert not alive(started)
        assert answers(running.port, "/healthz") == 0


def test_a_centre_that_is_killed_leaves_nothing_behind_and_starts_again(tmp_path: Path) -> None:
    with centre(tmp_path) as running:
        started = descendants(running.process.pid)
        running.process.kill()
        assert gone(started), alive(started)
    with centre(tmp_path) as again:
        assert answers(again.port, "/readyz") == 200
        again.process.terminate()
        assert again.process.wait(STOP_PATIENCE_S) == 0


def test_a_service_and_a_database_that_die_come_back(tmp_path: Path) -> None:
    with centre(tmp_path) as running:
        started = descendants(running.process.pid)
        for pid, command in started.items():
            if "serve --web-only" in command or "/postgres -D" in command:
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + START_PATIENCE_S
        while answers(running.port, "/readyz") != 200:
            assert time.monotonic() < deadline
            time.sleep(0.2)
        running.process.terminate()
        running.process.wait(STOP_PATIENCE_S)


def test_a_database_that_dies_while_the_demo_centre_is_made_comes_back_and_the_making_goes_on(tmp_path: Path) -> None:
    with centre(tmp_path, demo=True, ready="✓ Web and workers") as running:
        postgres = next(pid for pid, command in descendants(running.process.pid).items() if "/postgres -D" in command)
        os.kill(postgres, signal.SIGKILL)
        assert running.process.stdout is not None
        said = ""
        for line in running.process.stdout:
            said += line
            if "Ctrl-C stops everything" in line:
                break
        assert "PostgreSQL had ended; it was started again" in said
        assert "✓ Demo centre" in said
        assert answers(running.port, "/readyz") == 200
        running.process.terminate()
        assert running.process.wait(STOP_PATIENCE_S) == 0


def test_a_port_that_is_taken_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = subprocess.run(
            [sys.executable, "-m", "app", "serve"],
            env=os.environ | {"PORT": port, "SARAP_DATA_DIR": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
    assert done.returncode == 1
    assert f"127.0.0.1:{port}" in done.stderr
    assert "PORT=8001" in done.stderr
    assert not (tmp_path / "data").exists()


def test_settings_that_are_wrong_are_all_told_and_nothing_starts(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "app", "serve"],
        env=os.environ | {"PORT": "0", "SARAP_LOG_FORMAT": "xml", "SARAP_DATA_DIR": str(tmp_path / "data")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert "SARAP_LOG_FORMAT" in done.stderr
    assert not (tmp_path / "data").exists()
