"""The Docker engine, as much of it as a sandbox needs. The only file that imports `docker`.

The SDK is synchronous: its calls run in a small pool of threads with a timeout, because the daemon itself answers about as fast
with two callers as with eight. Nothing here is in the path of a run: that goes over the attached stream (`cell.py`).
"""

import asyncio
import functools
import json
import socket
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Self, TypeVar, cast

import docker
import docker.errors
import docker.types
import docker.utils

from sandbox.errors import EngineAway, SandboxUnavailable

T = TypeVar("T")

THREADS: Final = 4
CALL_TIMEOUT_S: Final = 30
"""One call of the API. A start takes 0.1 s on an idle machine; a busy disk may need seconds."""
STREAM_TIMEOUT_S: Final = 900
"""Silence in the middle of a build or a pull: a slow mirror, one large package."""

DEFAULT_HOST: Final = "unix:///var/run/docker.sock"
"""Where the engine listens if `DOCKER_HOST` does not say otherwise."""
DOOR_TARGET: Final = "/run/sarap"
"""Where the supervisor looks for its socket; see `channel.Door`."""
BUILDER: Final = 10_000
"""User and group of /box; see supervisor.h."""
PIDS_MAX: Final = 256
"""Outer bound of a container; a run's own bound is `Limits.processes`."""
BOX_MIB: Final = 64
"""/box: the sources and what the compiler makes of them; a static C++ binary has 2.5 MiB."""
TMP_MIB: Final = 64
"""What a program may write to its folder for temporary files; it counts as its memory."""
READ_THROUGH_CPU_SHARES: Final = 128
"""An eighth of what is usual: reading ahead must not slow a run."""
STACK_MAX_BYTES: Final = 1024**3
"""Address space of a stack; the memory limit is what bounds it."""


@dataclass(frozen=True, slots=True)
class EngineFacts:
    """What the engine is: `EngineFacts("docker 20.10.24", cpus=2, memory_mib=24105, cgroup="1", kernel="6.18.44")`.

    `runtimes` are the names that `start` may be given, e.g. `("runc", "runsc")`; `host` is what its machine calls itself.
    """

    name: str
    cpus: int
    memory_mib: int
    cgroup: str
    kernel: str
    runtimes: tuple[str, ...] = ()
    host: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """A started container, the image that it is of (as `start` was asked) and the socket attached to its standard streams."""

    container_id: str
    image: str
    stream: socket.socket


class DockerEngine:
    """A connection to the engine; make one with `await DockerEngine.connect()`."""

    def __init__(self, client: Any, environment: dict[str, Any], facts: EngineFacts, threads: ThreadPoolExecutor) -> None:
        self._client = client
        self._environment = environment
        self._threads = threads
        self._profile = files("sandbox").joinpath("seccomp.json").read_text("utf-8")
        self.facts = facts

    @classmethod
    async def connect(cls) -> Self:
        """Raises `EngineAway` if no engine answers where `DOCKER_HOST` says, or else at its usual socket."""
        threads = ThreadPoolExecutor(THREADS, thread_name_prefix="docker")
        environment = cast("dict[str, Any]", docker.utils.kwargs_from_env())

        host = str(environment.get("base_url") or DEFAULT_HOST)
        if host.startswith("unix://") and not Path(host.removeprefix("unix://")).is_socket():
            threads.shutdown(wait=False)
            raise EngineAway(f"no Docker engine answers: there is no socket {host.removeprefix('unix://')}")

        def open_client() -> tuple[Any, EngineFacts]:
            client = cast(
                "Any", docker.APIClient(version="auto", timeout=CALL_TIMEOUT_S, max_pool_size=THREADS * 2, **environment)
            )
            about = client.info()
            return client, EngineFacts(
                name=f"docker {about['ServerVersion']}",
                cpus=int(about["NCPU"]),
                memory_mib=int(about["MemTotal"]) // 2**20,
                cgroup=str(about.get("CgroupVersion", "1")),
                kernel=str(about["KernelVersion"]),
                host=str(about.get("Name") or ""),
                runtimes=tuple(sorted(about.get("Runtimes") or {})),
            )

        try:
            client, facts = await asyncio.get_running_loop().run_in_executor(threads, open_client)
        except (docker.errors.DockerException, OSError) as error:  # the SDK's connection errors are OSErrors
            threads.shutdown(wait=False)
            raise EngineAway(f"no Docker engine answers: {error}") from error
        return cls(client, environment, facts, threads)

    async def close(self) -> None:
        """End the threads and the connections; containers are not touched."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._client.close()

    async def image_id(self, tag: str) -> str | None:
        """The id of an image (`sha256:…`), or None."""

        def look() -> str | None:
            try:
                return str(self._client.inspect_image(tag)["Id"])
            except docker.errors.ImageNotFound:
                return None

        return await self._call(look)

    async def pull(self, repository: str, tag: str) -> None:
        """Fetch an image from its registry. Raises `SandboxUnavailable` if none answers."""
        await self._stream(lambda client: client.pull(repository, tag=tag, stream=True, decode=True), lambda _line: None)

    async def import_root(self, archive: Path, repository: str, tag: str) -> None:
        """Make an image of a tar archive of a root file system."""

        def load() -> None:
            client = self._patient_client()
            try:
                client.import_image(str(archive), repository=repository, tag=tag, changes=['CMD ["bash"]'])
            finally:
                client.close()

        await self._call(load)

    async def build(self, context: Path, tag: str, say: Callable[[str], None]) -> None:
        """Build the folder's Dockerfile; with the host's network, to reach Debian's mirrors. `say` hears each step."""

        def start(client: Any) -> Iterator[dict[str, Any]]:
            return client.build(path=str(context), tag=tag, network_mode="host", rm=True, forcerm=True, decode=True)

        await self._stream(start, say)

    @property
    def local(self) -> bool:
        """Whether the engine is on this machine, so that it can mount a folder of ours."""
        return str(self._environment.get("base_url") or DEFAULT_HOST).startswith("unix://")

    async def start(
        self,
        image: str,
        labels: dict[str, str],
        memory_mib: int,
        door: Path | None,
        *,
        runtime: str = "",
        namespaces: bool = False,
    ) -> Container:
        """Create a container as closed as it gets, attach to it, start it. Raises `SandboxUnavailable`.

        `door` is the one folder of this machine that it sees, read-only, as `/run/sarap`. `runtime` is one that the engine
        knows, such as `runsc`; empty: its default. `namespaces` lets its process 1 make namespaces for the runs; the programs
        themselves never can (`supervisor/isolation.c`).
        """

        def run() -> Container:
            client = self._client
            created = client.create_container(
                image,
                stdin_open=True,
                labels=labels,
                hostname="sandbox",
                network_disabled=True,
                host_config=self._host_config(memory_mib, door, runtime=runtime, namespaces=namespaces),
            )
            container_id = str(created["Id"])
            stream: socket.socket | None = None
            try:
                attached = client.attach_socket(container_id, params={"stdin": 1, "stdout": 1, "stderr": 1, "stream": 1})
                stream = _own_socket(attached)
                client.start(container_id)
            except BaseException:
                if stream is not None:
                    stream.close()
                client.remove_container(container_id, force=True)
                raise
            return Container(container_id, image, stream)

        starting = asyncio.ensure_future(self._call(run))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(self._abandon)  # the thread goes on, and what it starts belongs to nobody
            raise

    def _abandon(self, starting: "asyncio.Future[Container]") -> None:
        """End a container that nobody waits for any more: its supervisor exits when its stream ends."""
        if not starting.cancelled() and starting.exception() is None:
            starting.result().stream.close()

    async def read_through(self, image: str) -> None:
        """Read every file of an image once, in a container of its own without a network. Raises `SandboxUnavailable`.

        Afterwards the machine has them all in its cache. How long a page of a file takes to read then tells no program whether
        another one has read it before.
        """

        def read() -> None:
            client = self._patient_client()
            try:
                created = client.create_container(
                    image,
                    entrypoint=["/bin/sh", "-c", "find / -xdev -type f -exec cat {} + >/dev/null"],
                    network_disabled=True,
                    host_config=client.create_host_config(
                        network_mode="none",
                        read_only=True,
                        cap_drop=["ALL"],
                        security_opt=["no-new-privileges"],
                        cpu_shares=READ_THROUGH_CPU_SHARES,
                        log_config=docker.types.LogConfig(type="none"),
                    ),
                )
                try:
                    client.start(created["Id"])
                    client.wait(created["Id"])
                finally:
                    client.remove_container(created["Id"], force=True)
            finally:
                client.close()

        await self._call(read)

    async def set_memory(self, container_id: str, memory_mib: int) -> None:
        """Set the container's memory limit; swap stays forbidden."""
        size = memory_mib * 2**20
        await self._call(functools.partial(self._client.update_container, container_id, mem_limit=size, memswap_limit=size))

    async def ran_out_of_memory(self, container_id: str, since: float) -> bool:
        """Whether the kernel killed in this container for memory after `since` (s since 1970): the engine's event log knows."""

        def look() -> bool:
            events: Iterator[Any] = self._client.events(
                since=f"{since:.6f}",  # to the moment: the run before this one may have been killed in the same second
                until=int(time.time()) + 1,
                filters={"container": [container_id], "event": ["oom"]},
                decode=True,
            )
            return any(True for _ in events)

        return await self._call(look)

    async def remove(self, container_id: str) -> None:
        """End a container and remove it; one that is gone already is fine."""

        def end() -> None:
            try:
                self._client.remove_container(container_id, force=True, v=True)
            except docker.errors.NotFound:
                pass
            except docker.errors.APIError as error:
                if error.status_code != 409:  # its removal is already in progress
                    raise

        await self._call(end)

    async def labelled(self, label: str) -> list[str]:
        """The ids of all containers, running or not, that carry `key=value`."""

        def look() -> list[str]:
            return [str(each["Id"]) for each in self._client.containers(all=True, filters={"label": [label]})]

        return await self._call(look)

    def _host_config(self, memory_mib: int, door: Path | None, *, runtime: str, namespaces: bool) -> Any:
        size = memory_mib * 2**20
        config: dict[str, Any] = self._client.create_host_config(
            network_mode="none",
            read_only=True,
            cap_drop=["ALL"],
            cap_add=["SETUID", "SETGID", "KILL"],
            security_opt=[
                "no-new-privileges",
                f"seccomp={profile_for_namespaces(self._profile) if namespaces else self._profile}",
                *(["apparmor=unconfined"] if namespaces else []),  # Docker's own profile refuses every mount
            ],
            runtime=runtime or None,
            ipc_mode="none",
            pids_limit=PIDS_MAX,
            mem_limit=size,
            memswap_limit=size,
            nano_cpus=10**9,
            mounts=[docker.types.Mount(DOOR_TARGET, str(door), type="bind", read_only=True)] if door else [],
            auto_remove=True,
            log_config=docker.types.LogConfig(type="none"),
            tmpfs={
                "/box": f"rw,exec,nosuid,nodev,noatime,size={BOX_MIB}m,nr_inodes=1024,mode=0755,uid={BUILDER},gid={BUILDER}",
                "/tmp": f"rw,exec,nosuid,nodev,size={TMP_MIB}m,nr_inodes=4096,mode=1777",  # noqa: S108
            },
            ulimits=[
                docker.types.Ulimit(name="core", soft=1, hard=1),  # byte; see isolation.c
                docker.types.Ulimit(name="stack", soft=STACK_MAX_BYTES, hard=STACK_MAX_BYTES),
                docker.types.Ulimit(name="msgqueue", soft=0, hard=0),
            ],
        )
        if namespaces:
            # A fresh /proc can be mounted only where nothing of the container's own is masked.
            config["MaskedPaths"], config["ReadonlyPaths"] = [], []
        return config

    def _patient_client(self) -> Any:
        return cast("Any", docker.APIClient(version="auto", timeout=STREAM_TIMEOUT_S, **self._environment))

    async def _stream(self, start: Callable[[Any], Iterator[dict[str, Any]]], say: Callable[[str], None]) -> None:
        loop = asyncio.get_running_loop()

        def follow() -> None:
            client = self._patient_client()
            last: list[str] = []
            try:
                for event in start(client):
                    if "error" in event:
                        raise SandboxUnavailable("\n".join([*last[-20:], str(event["error"])]))
                    line = str(event.get("stream") or event.get("status") or "").strip()
                    if line:
                        last.append(line)
                        if line.startswith("Step "):
                            loop.call_soon_threadsafe(say, line)
            finally:
                client.close()

        await self._call(follow)

    async def _call(self, function: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, function)
        except (docker.errors.DockerException, RuntimeError) as error:  # RuntimeError: the threads are closed
            raise SandboxUnavailable(f"the Docker engine: {error}") from error
        except OSError as error:  # its answers, which are OSErrors too, are handled above
            raise EngineAway(f"no Docker engine answers: {error}") from error


def profile_for_namespaces(profile: str) -> str:
    """The container's profile of system calls, and what process 1 needs to make namespaces: `clone` with any flags, `mount`."""
    rules = json.loads(profile)
    rules["syscalls"].append({"names": ["clone", "mount"], "action": "SCMP_ACT_ALLOW"})
    return json.dumps(rules)


def _own_socket(attached: Any) -> socket.socket:
    """A socket of our own from what the SDK hands out, so that its garbage collection cannot close ours."""
    inner = getattr(attached, "_sock", attached)
    if not isinstance(inner, socket.socket) or type(inner) is not socket.socket:
        raise SandboxUnavailable("attaching needs an engine at a Unix socket or plain TCP, not TLS")
    own = inner.dup()
    own.setblocking(False)
    if response := getattr(attached, "_response", None):
        response.close()
    attached.close()
    inner.close()
    return own
