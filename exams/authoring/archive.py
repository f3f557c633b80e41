"""An uploaded zip as a folder, without trusting a byte of it.

A `.zip` or `.kpp` holds one folder, the package, or the package's files themselves; then the archive's own name is the task's. Whatever
could write outside the folder, fill the disk or leave a link behind refuses the whole archive before anything is written.
"""

import re
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import Final

from exams.authoring.finding import Findings
from exams.authoring.tree import DEPTH_MAX, FILES_MAX

ARCHIVE_MAX_BYTES: Final = 32 * 1024 * 1024
"""Of an upload. Test data compresses well; the largest package we have seen is 9 MB."""

UNPACKED_MAX_BYTES: Final = 256 * 1024 * 1024
"""Of everything in it."""

RATIO_MAX: Final = 200
"""How much larger a file may become. Test data of one repeated line reaches 100; deflate itself ends at 1032, where bombs are."""

RATIO_FREE_BYTES: Final = 1024 * 1024
"""Below this size a file may compress as it likes: a case of 500,000 zeros is no bomb."""

CHUNK_BYTES: Final = 64 * 1024

ENCRYPTED_FLAG: Final = 0x1
METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def unpack(archive: Path, name: str, into: Path, findings: Findings) -> Path | None:
    """Unpack `archive`, uploaded as `name`, below the empty folder `into`; the package's folder. None, and findings, if it is refused."""
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            if not accepts(opened.infolist(), findings):
                return None
            prefix = common_folder([member.filename for member in members])
            folder = into / (prefix or package_name(name))
            if not folder.name or not re.fullmatch(r"[A-Za-z0-9_.-]{1,255}", folder.name):
                findings.error(name, "archive-name", "the archive must be called like the task, e.g. tidylog.zip")
                return None
            folder.mkdir()
            left = UNPACKED_MAX_BYTES
            for member in members:
                target = folder / member.filename[len(prefix) + 1 if prefix else 0 :]
                target.parent.mkdir(parents=True, exist_ok=True)
                left = extract(opened, member, target, left, findings)
                if left < 0:
                    return None
            return folder
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError) as error:
        findings.error(name, "not-a-zip", f"the file cannot be read as a zip archive: {error}")
        return None


def accepts(members: list[zipfile.ZipInfo], findings: Findings) -> bool:
    """Whether the archive's table of contents is harmless; every fault is reported."""
    refused = False

    def refuse(path: str, code: str, message: str) -> None:
        nonlocal refused
        refused = True
        findings.error(path[:200], code, message)

    seen: set[str] = set()
    if not members:
        refuse("", "archive-empty", "there is nothing in the archive")
    if len(members) > FILES_MAX:
        refuse("", "archive-too-many", f"the archive has {len(members)} entries; {FILES_MAX} are allowed")
    if sum(member.file_size for member in members) > UNPACKED_MAX_BYTES:
        refuse("", "archive-too-large", f"unpacked it has over {UNPACKED_MAX_BYTES} bytes")
    for member in members:
        path = member.filename
        kind = stat.S_IFMT(member.external_attr >> 16)
        parts = PurePosixPath(path).parts
        if "\\" in path or "\0" in member.orig_filename or ":" in path or path.startswith("/") or ".." in parts:
            refuse(path, "archive-path", "the path leads out of the archive, or would on another system")
        elif len(parts) > DEPTH_MAX + 1:
            refuse(path, "archive-depth", f"folders are nested more than {DEPTH_MAX} deep")
        if kind == stat.S_IFLNK:
            refuse(path, "archive-link", "links in archives are not taken: put the file itself in")
        elif kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
            refuse(path, "archive-special", "only files and folders are taken")
        normal = "/".join(parts)
        if normal in seen:
            refuse(path, "archive-twice", "the archive has this path twice")
        seen.add(normal)
        if member.flag_bits & ENCRYPTED_FLAG:
            refuse(path, "archive-encrypted", "the file is encrypted")
        elif member.compress_type not in METHODS:
            refuse(path, "archive-method", "only stored and deflated files are taken")
        if member.file_size > max(RATIO_FREE_BYTES, RATIO_MAX * member.compress_size):
            refuse(path, "archive-bomb", f"unpacked it is over {RATIO_MAX} times as large")
    files = {"/".join(PurePosixPath(member.filename).parts) for member in members if not member.is_dir()}
    for path in sorted(seen):
        if any(str(parent) in files for parent in PurePosixPath(path).parents):
            refuse(path, "archive-twice", "it lies in a folder that is also a file")
    return not refused


def extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, findings: Findings) -> int:
    """Write one file and count what it really holds, whatever its header says. Returns how many bytes are left, below 0 if too few."""
    allowed = min(left, member.file_size)
    with opened.open(member) as source, target.open("xb") as sink:
        while chunk := source.read(CHUNK_BYTES):
            allowed -= len(chunk)
            if allowed < 0:
                findings.error(member.filename, "archive-bomb", "the file is larger than the archive says")
                return -1
            sink.write(chunk)
    return left - member.file_size


def common_folder(paths: list[str]) -> str:
    """The one folder that holds everything, or "" if there is none."""
    tops = {path.partition("/")[0] for path in paths}
    top = next(iter(tops), "")
    return top if len(tops) == 1 and all("/" in path for path in paths) else ""


def package_name(upload: str) -> str:
    """The name of a package whose files lie at the root of its archive: `C:\\fakepath\\tidylog.zip` → `tidylog`."""
    return re.split(r"[/\\]", upload)[-1].removesuffix(".zip").removesuffix(".kpp")
