"""`app/supervision.py` and `app/child.py`: what is started ends, and what ends by itself comes back."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import pytest

from app import child, supervision
from app.supervision import Service

PATIENCE_S = 20


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def until_gone(pid: int) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while lives(pid):
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def service(tmp_path: Path) -> Generator[Service]:
    """A service that is cheap to start and ends by itself: `sarap version`."""
    made = Service("version", ("version",), {}, tmp_path / "log" / "version.log")
    yield made
    made.stop()


def wait_for_end(service: Service) -> None:
    assert service.process is not None
    service.process.wait(PATIENCE_S)


def test_a_service_that_ended_is_started_again_later_and_later(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "BACK_OFF_MAX_S", 0.2)
    service.pause_s = 0.1
    service.start()
    assert service.tend() is None
    wait_for_end(service)
    said = service.tend()
    assert said is not None
    assert "version ended with status 0" in said
    assert "version.log" in said
    assert service.tend() is None
    first = service.process
    time.sleep(0.15)
    service.tend()
    assert service.process is not first
    assert service.pause_s == pytest.approx(0.2)
    wait_for_end(service)
    service.tend()
    assert service.pause_s == pytest.approx(0.2)


def test_a_service_that_lived_long_begins_again_with_the_shortest_pause(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "HEALTHY_AFTER_S", 0)
    service.pause_s = 16
    service.start()
    wait_for_end(service)
    assert "in 1 s" in str(service.tend())


def test_the_output_of_a_service_is_in_its_log(service: Service) -> None:
    service.start()
    wait_for_end(service)
    assert service.log_path is not None
    assert service.log_path.read_text("utf-8").strip() == "0.1.0"


def test_a_stop_asks_first_and_kills_who_does_not_listen() -> None:
    polite = child.start([sys.executable, "-c", "import time; time.sleep(60)"])
    assert child.stop(polite, PATIENCE_S)
    deaf = child.start(
        [sys.executable, "-c", "import signal, time; signal.signal(15, signal.SIG_IGN); print(flush=True); time.sleep(60)"],
        output=None,
    )
    deadline = time.monotonic() + PATIENCE_S
    while "SigIgn:\t0000000000005" not in Path(f"/proc/{deaf.pid}/status").read_text() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not child.stop(deaf, 0.2)
    assert deaf.returncode == -signal.SIGKILL


def test_a_child_ends_when_its_parent_is_killed() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "from app import child; import time; print(child.start(['sleep', '600']).pid, flush=True); time.sleep(600)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert lives(pid)
    parent.kill()
    parent.communicate()
    until_gone(pid)


def test_a_ctrl_c_on_the_terminal_does_not_reach_a_child() -> None:
    process = child.start(["sleep", "600"])
    try:
        assert os.getsid(process.pid) == process.pid != os.getsid(0)
    finally:
        child.stop(process, PATIENCE_S)
