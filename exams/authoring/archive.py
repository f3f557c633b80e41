"""An uploaded zip as a folder, without trusting a byte of it.

A `.zip` or `.kpp` holds one folder, the package, or the package's files themselves; then the archive's own name is the
task's. Whatever could write outside the folder, fill the disk or leave a link behind refuses the whole archive before
anything is written.
"""

import re
import stat
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from exams.authoring.finding import Findings
from exams.authoring.tree import DEPTH_MAX, FILES_MAX, NAME

ARCHIVE_MAX_BYTES: Final = 32 * 1024 * 1024
"""Of an upload. Test data compresses well; the largest package we have seen is 9 MB."""

UNPACKED_MAX_BYTES: Final = 256 * 1024 * 1024
"""Of everything in it."""

RATIO_MAX: Final = 200
"""How much larger a file may become. Test data of one repeated line reaches 100; deflate ends at 1032, where bombs are."""

RATIO_FREE_BYTES: Final = 1024 * 1024
"""Below this size a file may compress as it likes: a case of 500,000 zeros is no bomb."""

CHUNK_BYTES: Final = 64 * 1024

ENTRY_MARK: Final = b"PK\x01\x02"
"""With it each entry of the table of contents begins (PKWARE APPNOTE, 4.3.12)."""

SHOWN_PATH_MAX: Final = 200
"""Of a path in a finding, in characters. Paths of packages are below 100; a hostile one is 65,535 long."""

FOREIGN_CHARACTERS: Final = "\\:\0"
"""They mean folders, drives and ends of names elsewhere. The format allows none of them in a name."""

ENCRYPTED_FLAG: Final = 0x1
METHODS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}


def unpack(archive: Path, name: str, into: Path, findings: Findings) -> Path | None:
    """Unpack `archive`, uploaded as `name`, below the empty folder `into`, and return the package's folder.

    None, and findings, if it is refused.
    """
    # Counted before Python makes an object of each: a hostile archive of 32 MiB holds half a million.
    entries = archive.read_bytes().count(ENTRY_MARK)
    if entries > FILES_MAX:
        findings.error("", "archive-too-many", f"the archive has {entries} entries; {FILES_MAX} are allowed")
        return None
    try:
        with zipfile.ZipFile(archive) as opened:
            members = [member for member in opened.infolist() if not member.is_dir()]
            if not accepts(opened.infolist(), findings):
                return None
            prefix = common_folder([member.filename for member in members])
            folder_name = prefix or package_name(name)
            if not NAME.fullmatch(folder_name):
                findings.error(
                    name[:SHOWN_PATH_MAX], "archive-name", "the archive must be called like the task, e.g. membercard.zip"
                )
                return None
            folder = into / folder_name
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
        # Of an error of the system only what happened: the rest is the name of a folder of ours.
        reason = error.strerror if isinstance(error, OSError) else str(error)[:SHOWN_PATH_MAX]
        findings.error(name[:SHOWN_PATH_MAX], "not-a-zip", f"the file cannot be read as a zip archive: {reason}")
        return None


def accepts(members: list[zipfile.ZipInfo], findings: Findings) -> bool:
    """Whether the archive's table of contents is harmless; every fault is reported."""
    faults: list[tuple[str, str, str]] = []
    if not members:
        faults.append(("", "archive-empty", "there is nothing in the archive"))
    if sum(member.file_size for member in members) > UNPACKED_MAX_BYTES:
        faults.append(("", "archive-too-large", f"unpacked it has over {UNPACKED_MAX_BYTES} bytes"))
    for member in members:
        faults.extend((member.filename, code, message) for code, message in faults_of(member))
    faults.extend(
        (path, "archive-twice", "the archive has this path twice, or as a file and a folder") for path in clashes(members)
    )
    for path, code, message in faults:
        findings.error(path[:SHOWN_PATH_MAX], code, message)
    return not faults


def faults_of(member: zipfile.ZipInfo) -> Iterator[tuple[str, str]]:
    """What is wrong with one entry, whatever the others are."""
    parts = PurePosixPath(member.filename).parts
    kind = stat.S_IFMT(member.external_attr >> 16)
    outside = member.filename.startswith("/") or ".." in parts
    if outside or any(character in member.orig_filename for character in FOREIGN_CHARACTERS):
        yield "archive-path", "the path leads out of the archive, or would on another system"
    elif len(parts) > DEPTH_MAX + 1:
        yield "archive-depth", f"folders are nested more than {DEPTH_MAX} deep"
    if kind == stat.S_IFLNK:
        yield "archive-link", "links in archives are not taken: put the file itself in"
    elif kind not in {0, stat.S_IFREG, stat.S_IFDIR}:
        yield "archive-special", "only files and folders are taken"
    if member.flag_bits & ENCRYPTED_FLAG:
        yield "archive-encrypted", "the file is encrypted"
    elif member.compress_type not in METHODS:
        yield "archive-method", "only stored and deflated files are taken"
    if member.file_size > max(RATIO_FREE_BYTES, RATIO_MAX * member.compress_size):
        yield "archive-bomb", f"unpacked it is over {RATIO_MAX} times as large"


def clashes(members: list[zipfile.ZipInfo]) -> list[str]:
    """Paths that come twice, or lie in a folder that is also a file."""
    paths = [PurePosixPath(member.filename) for member in members]
    files = {path for path, member in zip(paths, members, strict=True) if not member.is_dir()}
    counted = Counter(paths)
    return [str(path) for path in counted if counted[path] > 1 or not files.isdisjoint(path.parents)]


def extract(opened: zipfile.ZipFile, member: zipfile.ZipInfo, target: Path, left: int, findings: Findings) -> int:
    """Write one file and count what it really holds, whatever its header says.

    Returns how many bytes are left for the others, below 0 if this one was too large.
    """
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
    r"""The name of a package whose files lie at the root of its archive: `C:\fakepath\membercard.zip` → `membercard`."""
    return re.split(r"[/\\]", upload)[-1].removesuffix(".zip").removesuffix(".kpp")
