"""`app/engine_setup.py`: an engine that runs is used and left; one of our own is started and ended; none is said clearly."""

import asyncio
import os
import shutil
import tempfile
from collections.abc import Generator
from pathlib import Path

import pytest

from app import engine_setup
from app.engine_setup import EngineMissing, ask, engine
from sandbox.errors import SandboxUnavailable


def never(line: str) -> None:
    pytest.fail(f"nothing should be installed or started: {line}")


@pytest.mark.docker
def test_an_engine_that_runs_is_used_and_left_running(tmp_path: Path) -> None:
    with engine(tmp_path, never) as facts:
        assert facts.name.startswith("docker ")
    assert asyncio.run(ask()) == facts
    assert list(tmp_path.iterdir()) == []


def test_where_a_person_named_an_engine_that_does_not_answer_no_other_is_started(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("DOCKER_HOST", f"unix://{tmp_path}/none.sock")
    with pytest.raises(EngineMissing, match="DOCKER_HOST"), engine(tmp_path, never):
        pass


@pytest.fixture
def no_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine where nothing answers and nothing is installed."""

    async def silent() -> None:
        raise SandboxUnavailable("no Docker engine answers")

    monkeypatch.setattr(engine_setup, "ask", silent)
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(shutil, "which", {"apt-get": "/usr/bin/apt-get"}.get)


def test_who_is_not_root_is_told_what_to_install(no_engine: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(EngineMissing, match=r"docker\.io|Docker Engine"), engine(tmp_path, never):
        pass


def test_another_system_is_told_what_to_install(no_engine: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", dict[str, str]().get)
    with pytest.raises(EngineMissing, match="install Docker Engine"), engine(tmp_path, never):
        pass


@pytest.fixture
def place() -> Generator[Path]:
    """A short path: the name of a socket has 107 bytes at most."""
    folder = Path(tempfile.mkdtemp(prefix="sarap-"))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.docker
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("dockerd") is None, reason="needs root and dockerd")
def test_an_engine_of_our_own_is_started_and_ended(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = ("--data-root", f"{place}/data", "--exec-root", f"{place}/exec", "-H", f"unix://{place}/s", "-p", f"{place}/pid")
    monkeypatch.setattr(engine_setup, "DOCKERD", (*engine_setup.DOCKERD, *own))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{place}/s")
    said: list[str] = []
    with engine_setup.own_engine(place / "log" / "dockerd.log", said.append) as facts:
        assert facts.name.startswith("docker ")
        pid = int((place / "pid").read_text())
    assert said == ["starting the Docker engine"]
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.docker
@pytest.mark.skipif(os.geteuid() != 0 or shutil.which("dockerd") is None, reason="needs root and dockerd")
def test_an_engine_that_cannot_start_shows_its_last_words(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_setup, "DOCKERD", ("dockerd", "--no-such-option"))
    monkeypatch.setenv("DOCKER_HOST", f"unix://{place}/s")
    with (
        pytest.raises(EngineMissing, match="no-such-option"),
        engine_setup.own_engine(place / "log" / "dockerd.log", lambda _line: None),
    ):
        pass
