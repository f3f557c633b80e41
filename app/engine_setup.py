"""Have a Docker engine: the one that runs, else one that we install and start. Without an engine nothing is judged.

    with engine(data_dir, say) as facts: ...

An engine that we found running is left alone; one that we started ends with us. On Debian and Ubuntu, as root, a missing engine
is installed from the system's own packages. Where there is no systemd (a container, a rescue system) we run `dockerd`
ourselves: without a bridge and without touching the firewall, as sandboxes have no network and images are built on the host's.
"""

import asyncio
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app import child
from sandbox.docker_engine import DockerEngine, EngineFacts
from sandbox.errors import SandboxUnavailable

Say = Callable[[str], None]

ANSWER_TIMEOUT_S: Final = 10
"""An engine on this machine answers in milliseconds; a busy one may need seconds."""

START_TIMEOUT_S: Final = 90
"""The first start of an engine makes its storage."""

STOP_TIMEOUT_S: Final = 15
"""The engine asks its containers to stop; ours end at once because their input ends."""

POLL_S: Final = 0.2

LOG_TAIL_CHARS: Final = 2000
"""How much of the engine's log an error shows."""

DOCKERD: Final = ("dockerd", "--bridge=none", "--iptables=false", "--ip6tables=false")

CONFIGURED: Final = Path("/etc/docker/daemon.json")
"""Where a person configures an engine; what stands there is theirs, and it counts."""

GVISOR_ARGUMENTS: Final = ("--platform=ptrace", "--network=none")
"""gVisor without a virtual machine's help, which is slow and works everywhere."""


class EngineMissing(Exception):
    """No Docker engine can be had here; the message says what to install or start."""


async def ask() -> EngineFacts:
    """What the engine says of itself. Raises `SandboxUnavailable` if none answers in time."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT_S):
            engine = await DockerEngine.connect()
    except TimeoutError:
        raise SandboxUnavailable(f"the Docker engine did not answer within {ANSWER_TIMEOUT_S} s") from None
    await engine.close()
    return engine.facts


@contextmanager
def engine(data_dir: Path, say: Say) -> Generator[EngineFacts]:
    """An engine that answers, for as long as the block lasts. Enter it on the main thread. Raises `EngineMissing`."""
    try:
        facts = asyncio.run(ask())
    except SandboxUnavailable as error:
        if host := os.environ.get("DOCKER_HOST"):
            raise EngineMissing(f"DOCKER_HOST is {host}, and there {error}: start that engine or unset DOCKER_HOST") from error
    else:
        yield facts
        return
    if shutil.which("dockerd") is None:
        _install(say)
        if (installed := _answering()) is not None:  # the package started it
            yield installed
            return
    if os.geteuid() != 0:
        raise EngineMissing("the Docker engine does not answer: start it (systemctl start docker) and be in the group docker")
    with own_engine(data_dir / "log" / "dockerd.log", say) as facts:
        yield facts


def _answering() -> EngineFacts | None:
    try:
        return asyncio.run(ask())
    except SandboxUnavailable:
        return None


def _install(say: Say) -> None:
    if shutil.which("apt-get") is None or not Path("/etc/debian_version").exists():
        raise EngineMissing(
            "Docker is not installed: install Docker Engine (docs.docker.com/engine/install), start it, try again"
        )
    if os.geteuid() != 0:
        raise EngineMissing("Docker is not installed: run `apt-get install docker.io` as root, or run this command as root")
    say("installing docker.io")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for argv in (["apt-get", "-q", "update"], ["apt-get", "-q", "--yes", "--no-install-recommends", "install", "docker.io"]):
        done = subprocess.run(
            argv, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
        )
        if done.returncode != 0:
            raise EngineMissing(f"{' '.join(argv)} failed: {(done.stderr or done.stdout)[-LOG_TAIL_CHARS:].strip()}")


def _runtimes(folder: Path) -> tuple[str, ...]:
    """The arguments that let our own engine start containers under gVisor, where this machine has it."""
    gvisor = shutil.which("runsc")
    if gvisor is None or CONFIGURED.exists():
        return ()
    file = folder / "dockerd.json"
    file.write_text(json.dumps({"runtimes": {"runsc": {"path": gvisor, "runtimeArgs": list(GVISOR_ARGUMENTS)}}}))
    return ("--config-file", str(file))


@contextmanager
def own_engine(log_path: Path, say: Say) -> Generator[EngineFacts]:
    """Run `dockerd` ourselves while the block lasts. Raises `EngineMissing` with its last words if it does not start."""
    say("starting the Docker engine")
    log_path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    began = log_path.stat().st_size if log_path.exists() else 0
    with log_path.open("ab") as log:
        dockerd = child.start((*DOCKERD, *_runtimes(log_path.parent)), output=log)
    try:
        deadline = time.monotonic() + START_TIMEOUT_S
        while (facts := _answering()) is None:
            if dockerd.poll() is not None or time.monotonic() > deadline:
                said = log_path.read_bytes()[began:].decode(errors="replace")[-LOG_TAIL_CHARS:]
                raise EngineMissing(f"the Docker engine does not start on this machine; the end of {log_path}:\n{said}")
            time.sleep(POLL_S)
        yield facts
    finally:
        child.stop(dockerd, STOP_TIMEOUT_S)
