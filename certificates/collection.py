"""Many certificate files at once: a folder, or a zip archive that a stranger sent.

An archive is never unpacked to disk: its members are read one after the other, and whatever is in it costs no more than its
limits. A member that breaks a limit of its own is a line with its fault; an archive that breaks one as a whole is refused.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

from certificates.errors import CollectionRefused
from certificates.one_line import one_line
from certificates.strict_json import BUNDLE_MAX_BYTES

FILES_MAX: Final = 20_000
"""Files. An employer's thousands, twice over; at a millisecond each that is half a minute."""

FILE_MAX_BYTES: Final = BUNDLE_MAX_BYTES
"""Bytes of a file, unpacked: the largest certificate there is."""

UNPACKED_MAX_BYTES: Final = 1024 * 1024 * 1024
"""Bytes of all members together: twenty thousand of 50 kB. They pass through memory one by one."""

_DIRECTORY_MAX_BYTES: Final = 4 * 1024 * 1024  # a member's line has 46 bytes and its name: room for FILES_MAX of them
_END: Final = struct.Struct("<4s4H2LH")  # APPNOTE.TXT, section 4.3.16
_LOCATOR_BYTES: Final = 20  # section 4.3.15
_COMMENT_MAX_BYTES: Final = 0xFFFF
_ENCRYPTED: Final = 0x1
_METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


@dataclass(frozen=True, slots=True)
class Item:
    """A file by its name in the collection. `fault` says why there is no data: `too-large`, `encrypted`, `damaged`.

    Strangers chose the name, which goes to a terminal, a page and a table: it is one line of text there and no command.
    """

    name: str
    data: bytes
    fault: str = ""

    def __post_init__(self) -> None:
        """Show what hides in a name, and bytes that are no UTF-8."""
        object.__setattr__(self, "name", one_line(self.name))


def folder_items(folder: Path) -> Iterator[Item]:
    """The files under `folder` in the order of their names; links and hidden files are passed over.

    Raises `CollectionRefused` if there are more than `FILES_MAX`.
    """
    paths: list[Path] = []
    for parent, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not name.startswith("."))
        found = [Path(parent, name) for name in sorted(files) if not name.startswith(".")]
        paths += [path for path in found if path.is_file() and not path.is_symlink()]
        _refuse_above(len(paths), FILES_MAX, "too-many-files")
    for path in paths:
        yield file_item(path, str(path.relative_to(folder)))


def file_item(path: Path, name: str) -> Item:
    """One file."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_MAX_BYTES + 1)
    except OSError:
        return Item(name, b"", "damaged")
    return Item(name, b"", "too-large") if len(data) > FILE_MAX_BYTES else Item(name, data)


def zip_items(archive: IO[bytes]) -> Iterator[Item]:
    """The members of a zip archive, in their order. Archives inside of it are files like others and are not opened.

    Raises `CollectionRefused`: it is no archive, has too many members, or unpacks to too much.
    """
    _refuse_directory(archive)
    try:
        opened = zipfile.ZipFile(archive)
        members = [member for member in opened.infolist() if not member.is_dir()]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise CollectionRefused("not-an-archive") from error
    _refuse_above(len(members), FILES_MAX, "too-many-files")
    unpacked = 0
    for member in members:
        item = _member(opened, member)
        unpacked += len(item.data) if not item.fault else FILE_MAX_BYTES
        _refuse_above(unpacked, UNPACKED_MAX_BYTES, "unpacks-to-too-much")
        yield item


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Item:
    name = member.filename
    if member.flag_bits & _ENCRYPTED:
        return Item(name, b"", "encrypted")
    if member.compress_type not in _METHODS:
        return Item(name, b"", "damaged")
    try:
        with archive.open(member) as file:
            data = file.read(FILE_MAX_BYTES + 1)  # what the archive says of its size is not believed
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError, struct.error):
        return Item(name, b"", "damaged")
    return Item(name, b"", "too-large") if len(data) > FILE_MAX_BYTES else Item(name, data)


def _refuse_directory(archive: IO[bytes]) -> None:
    """Look at the directory's size before it is read: a million empty members take the memory of a small machine."""
    size = archive.seek(0, os.SEEK_END)
    # A comment of the greatest length still leaves the locator in sight.
    archive.seek(max(0, size - _COMMENT_MAX_BYTES - _END.size - _LOCATOR_BYTES))
    tail = archive.read()
    place = tail.rfind(b"PK\x05\x06")
    if place < 0 or len(tail) - place < _END.size:
        raise CollectionRefused("not-an-archive")
    if tail[max(0, place - _LOCATOR_BYTES) :].startswith(b"PK\x06\x07"):
        raise CollectionRefused("too-many-files")  # Zip64: only what is larger than anything here needs it
    directory_bytes = _END.unpack_from(tail, place)[5]
    _refuse_above(directory_bytes, _DIRECTORY_MAX_BYTES, "too-many-files")


def _refuse_above(found: int, most: int, reason: str) -> None:
    if found > most:
        raise CollectionRefused(reason)
