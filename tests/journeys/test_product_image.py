"""The image of Sarap, as `compose.yaml` runs it: each process a container with its own database role and password.

`.ci/run` builds the image and names it in `PRODUCT_IMAGE`; without that these tests are skipped, because a build takes minutes.
"""

import http.client
import os
import socket
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

import pytest

from app.embedded_postgres import program, running

IMAGE: Final = os.environ.get("PRODUCT_IMAGE", "")

pytestmark = [
    pytest.mark.docker,
    pytest.mark.skipif(not IMAGE, reason="PRODUCT_IMAGE names no image: ./build-image.sh makes one"),
]

PATIENCE_S: Final = 180
"""A machine with other work needs its time; what matters is that it comes."""
PASSWORDS: Final = {role: uuid4().hex for role in ("postgres", "sarap_web", "sarap_judging", "sarap_registry")}

HBA: Final = """local all all trust
host all all 127.0.0.1/32 scram-sha-256
"""


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class DatabaseServer:
    """A PostgreSQL that listens on this machine and asks for passwords, as in a real installation."""

    port: int

    def url(self, role: str) -> str:
        return f"postgresql://{role}:{PASSWORDS[role]}@127.0.0.1:{self.port}/sarap"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Generator[DatabaseServer]:
    folder = Path(tmp_path_factory.mktemp("server"))
    hba = folder / "hba.conf"
    hba.write_text(HBA)
    port = free_port()
    options = ("-c", "listen_addresses=127.0.0.1", "-c", f"port={port}", "-c", f"hba_file={hba}", "-c", "fsync=off")
    with running(folder / "data", options) as started:
        statement = f"ALTER ROLE postgres PASSWORD '{PASSWORDS['postgres']}'"
        subprocess.run([program("psql"), f"{started.url}&port={port}", "-Xqc", statement], check=True, capture_output=True)
        yield DatabaseServer(port)


def sarap(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a container of its own, to its end."""
    return subprocess.run(
        ["docker", "run", "--rm", *container((), environment), IMAGE, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


def container(options: tuple[str, ...], environment: dict[str, str]) -> list[str]:
    """As strict as `compose.yaml`; the host's network stands for compose's own."""
    strict = ("--network=host", "--read-only", "--tmpfs=/tmp", "--cap-drop=ALL", "--security-opt=no-new-privileges:true")
    return [*strict, *options, *(f"--env={name}={value}" for name, value in environment.items())]


@pytest.fixture(scope="module")
def migrated(server: DatabaseServer) -> DatabaseServer:
    passwords = {f"{role.upper()}_PASSWORD": PASSWORDS[role] for role in PASSWORDS if role != "postgres"}
    done = sarap("migrate", DATABASE_URL=server.url("postgres"), **passwords)
    assert done.returncode == 0, done.stderr
    assert "0002_accounts.sql" in done.stdout
    return server


@pytest.fixture
def start() -> Generator[Callable[..., str]]:
    """Start a process in a container of its own; it is stopped after the test."""
    names: list[str] = []

    def begin(*arguments: str, options: tuple[str, ...] = (), **environment: str) -> str:
        name = f"sarap-test-{uuid4().hex[:12]}"
        names.append(name)
        argv = ["docker", "run", "--detach", f"--name={name}", *container(options, environment), IMAGE, *arguments]
        subprocess.run(argv, check=True, capture_output=True, text=True)
        return name

    try:
        yield begin
    finally:
        for name in names:
            subprocess.run(["docker", "rm", "--force", "--volumes", name], check=False, capture_output=True)


def logs_of(name: str) -> str:
    done = subprocess.run(["docker", "logs", name], check=False, capture_output=True, text=True)
    return done.stdout + done.stderr


def is_running(name: str) -> bool:
    argv = ["docker", "inspect", "--format={{.State.Running}}", name]
    return subprocess.run(argv, check=False, capture_output=True, text=True).stdout.strip() == "true"


def wait_for(what: Callable[[], bool], name: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not what():
        assert is_running(name), logs_of(name)
        assert time.monotonic() < deadline, logs_of(name)
        time.sleep(0.2)


def answer(port: int, path: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except OSError:
        return 0
    finally:
        connection.close()


def test_no_process_runs_as_root_and_no_tests_or_tools_are_inside() -> None:
    done = subprocess.run(
        ["docker", "run", "--rm", "--network=host", "--entrypoint=sh", IMAGE, "-c", "id -u; which pip uv npm pytest gcc; true"],
        check=True,
        capture_output=True,
        text=True,
    )
    assert done.stdout.split() == ["10001"]


def test_a_wrong_setting_ends_a_container_with_all_faults() -> None:
    done = sarap("serve", "--web-only", PORT="x", SARAP_LOG_FORMAT="xml")
    assert done.returncode == 2
    assert "PORT" in done.stderr
    assert "SARAP_LOG_FORMAT" in done.stderr


def test_the_web_answers_from_its_container(migrated: DatabaseServer, start: Callable[..., str]) -> None:
    port = free_port()
    name = start(
        "serve",
        "--web-only",
        options=("--volume=/var/lib/sarap",),  # as `compose.yaml`: the keys that sign receipts
        DATABASE_URL=migrated.url("sarap_web"),
        PORT=str(port),
        SARAP_PUBLIC_URL=f"http://127.0.0.1:{port}",
    )
    wait_for(lambda: answer(port, "/readyz") == 200, name)
    assert answer(port, "/") == 200
    assert answer(port, "/static/sarap.css") == 200
    subprocess.run(["docker", "stop", "--time=20", name], check=True, capture_output=True)
    state = subprocess.run(
        ["docker", "inspect", "--format={{.State.ExitCode}}", name], check=True, capture_output=True, text=True
    )
    assert state.stdout.strip() == "0", "it ended by itself and was not killed"


def test_the_registry_worker_makes_its_keys_where_only_it_can_read_them(
    migrated: DatabaseServer, start: Callable[..., str]
) -> None:
    name = start(
        "worker",
        "registry",
        options=("--volume=/var/lib/sarap",),  # a volume of its own, which goes with the container
        DATABASE_URL=migrated.url("sarap_registry"),
        SARAP_PUBLIC_URL="https://exams.example.kz",
    )

    def has_keys() -> bool:
        listed = subprocess.run(
            ["docker", "exec", name, "find", "/var/lib/sarap/keys", "-type", "f", "-printf", r"%m %u\n"],
            check=False,
            capture_output=True,
            text=True,
        )
        return bool(listed.stdout) and set(listed.stdout.splitlines()) == {"600 sarap"}

    wait_for(has_keys, name)
    assert "worker-ready" in logs_of(name)


def test_the_judging_worker_reaches_the_engine_from_its_container(migrated: DatabaseServer, start: Callable[..., str]) -> None:
    group = str(Path("/var/run/docker.sock").stat().st_gid)
    name = start(
        "worker",
        "judging",
        options=("--volume=/var/run/docker.sock:/var/run/docker.sock", f"--group-add={group}"),
        DATABASE_URL=migrated.url("sarap_judging"),
    )
    wait_for(lambda: "worker-ready" in logs_of(name), name)
    assert "sandboxes-not-warm" not in logs_of(name)


def test_a_role_cannot_sign_in_as_another(migrated: DatabaseServer) -> None:
    url = migrated.url("sarap_web").replace(PASSWORDS["sarap_web"], PASSWORDS["sarap_judging"])
    assert "password authentication failed" in sarap("check", DATABASE_URL=url).stdout
