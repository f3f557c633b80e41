"""What compilers made, by what they made it of: the same source is compiled once for each image.

The key covers everything that the compiler's work depends on: the image by its digest, the command, the names and bytes of all
files. Only compilations that succeeded are kept; a refusal may have had other reasons. A hit is recorded in the evidence.

On disk one file for each entry, `<folder>/<first two letters>/<key>`: its SHA-256, then msgpack of `Compiled`. A file that is
damaged is as good as absent. The folder is the worker's own: nobody else may write to it.
"""

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec

from sandbox.protocol import BoxFile
from sandbox.runner import SourceFile

KEPT_MAX_BYTES: Final = 1024 * 2**20
"""Of all entries together; some thousands of static C++ programs. The ones used longest ago go first."""

ENTRY_MAX_BYTES: Final = 32 * 2**20
"""A larger result costs more to move than it saves."""

SWEEP_EVERY: Final = 100
"""After so many new entries the folder's size is looked at."""

DIGEST_SIZE: Final = 32


class Compiled(msgspec.Struct, frozen=True):
    """What a compilation left in /box, and what the compiler said."""

    files: tuple[tuple[str, bytes, bool], ...]
    log: str

    @classmethod
    def of(cls, files: Iterable[BoxFile], log: str) -> "Compiled":
        """The entry for these files."""
        return cls(tuple((file.name, file.content, file.executable) for file in files), log)

    def box_files(self) -> tuple[BoxFile, ...]:
        """The files as they are put back."""
        return tuple(BoxFile(*file) for file in self.files)


def key_of(image: str, argv: tuple[str, ...], files: Iterable[SourceFile]) -> str:
    """SHA-256 over the image's digest, the compiler's command and the program's files, each with its length before it."""
    digest = hashlib.sha256()
    parts = [image.encode(), *(word.encode() for word in argv), b"files"]
    parts += [part for file in files for part in (file.name.encode(), file.content)]
    for part in parts:
        digest.update(len(part).to_bytes(8, "little"))
        digest.update(part)
    return digest.hexdigest()


class CompileCache:
    """The entries in `folder`, `kept_max_bytes` of them at most. Several workers of one machine may share it."""

    def __init__(self, folder: Path, kept_max_bytes: int = KEPT_MAX_BYTES) -> None:
        self._folder = folder
        self._kept_max_bytes = kept_max_bytes
        self._since_sweep = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def get(self, key: str) -> Compiled | None:
        """The entry, or None. Looking marks it as used."""
        path = self._path(key)
        try:
            data = path.read_bytes()
            os.utime(path)
        except OSError:
            return None
        if hashlib.sha256(data[DIGEST_SIZE:]).digest() != data[:DIGEST_SIZE]:
            return None
        return msgspec.msgpack.decode(data[DIGEST_SIZE:], type=Compiled)

    def keep(self, key: str, compiled: Compiled) -> None:
        """Keep an entry, whole or not at all; a disk that is full keeps nothing, and nobody is worse off."""
        data = msgspec.msgpack.encode(compiled)
        if len(data) > ENTRY_MAX_BYTES:
            return
        path = self._path(key)
        with contextlib.suppress(OSError):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
                try:
                    file.write(hashlib.sha256(data).digest() + data)
                    file.close()
                    Path(file.name).rename(path)
                except OSError:
                    Path(file.name).unlink(missing_ok=True)
                    return
            self._since_sweep += 1
            if self._since_sweep >= SWEEP_EVERY:
                self._since_sweep = 0
                self.sweep()

    def sweep(self) -> None:
        """Remove what was used longest ago, until the rest is within the limit."""
        found: list[tuple[float, int, Path]] = []
        for path in self._folder.glob("??/*"):
            with contextlib.suppress(OSError):
                about = path.stat()
                found.append((about.st_mtime, about.st_size, path))
        size = sum(each[1] for each in found)
        for _, freed, path in sorted(found):
            if size <= self._kept_max_bytes:
                return
            path.unlink(missing_ok=True)
            size -= freed

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key
