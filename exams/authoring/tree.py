"""The files of a package, walked once: names, links and sizes are checked here and nowhere else.

Rules: ICPC/Kattis package format 2025-09, "General requirements". Names that begin with a dot or a dash, or hold other
characters than letters, digits, `.`, `-` and `_`, are treated as if they were not there. Links may point inside the package
only.
"""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from exams.authoring.finding import Findings

NAME: Final = re.compile(r"[a-zA-Z0-9_][a-zA-Z0-9_.-]{0,254}")
"""Names of files and folders. The legacy form is stricter; a package that keeps only this rule works everywhere we know of."""

FILES_MAX: Final = 5_000
"""The largest packages we have seen hold under 1,500 files."""

PACKAGE_MAX_BYTES: Final = 256 * 1024 * 1024
"""Of all files together. The format advises against single files over 100 MiB; our cases live in database rows."""

DEPTH_MAX: Final = 12
"""Folders within folders; the format needs five. It also ends a link that leads around in a circle."""

TEXT_MAX_BYTES: Final = 1024 * 1024
"""A statement, program or settings file. Hand-written text is far below it."""


SETTINGS_MAX_BYTES: Final = 512 * 1024
"""Of all YAML files together. A thousand cases with a file each stay below it; reading it takes some ten seconds."""


@dataclass(frozen=True, slots=True)
class Tree:
    """A package's files by their path in it, e.g. `data/secret/01.in`, in lexicographical order."""

    root: Path
    files: dict[str, Path]

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self.files

    def under(self, folder: str) -> list[str]:
        """Every file below a folder, at any depth, in order."""
        return [path for path in self.files if path.startswith(f"{folder}/")]

    def has_folder(self, folder: str) -> bool:
        """Whether there is such a folder with a file in it."""
        return any(path.startswith(f"{folder}/") for path in self.files)

    def bytes_of(self, path: str) -> bytes:
        """A file's bytes."""
        return self.files[path].read_bytes()

    def text_of(self, path: str, findings: Findings) -> str | None:
        """A text file: UTF-8 without a byte-order mark. None, and a finding, if it is not one."""
        if self.files[path].stat().st_size > TEXT_MAX_BYTES:
            findings.error(path, "text-too-large", f"the file is over {TEXT_MAX_BYTES} bytes")
            return None
        data = self.bytes_of(path)
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            findings.error(path, "not-utf-8", f"the file is not UTF-8 at byte {error.start}")
            return None
        if "\0" in text:
            findings.error(path, "nul-byte", "the file holds a NUL byte")
            return None
        if text.startswith("\N{ZERO WIDTH NO-BREAK SPACE}"):
            findings.error(path, "byte-order-mark", "the file begins with a byte-order mark")
            return None
        report_line_endings(path, data, findings)
        return text

    def sha256(self) -> bytes:
        """A digest of every path and content, the same for the same package wherever it lies."""
        digest = hashlib.sha256()
        for path in self.files:
            digest.update(f"{path}\0{hashlib.sha256(self.bytes_of(path)).hexdigest()}\n".encode())
        return digest.digest()


def walk(root: Path, findings: Findings) -> Tree:
    """Every file of the package at `root`. What breaks a rule is reported and left out."""
    base = root.resolve()
    files: dict[str, Path] = {}
    total = settings = 0
    waiting = [(root, "", 0)]
    while waiting:
        folder, prefix, depth = waiting.pop()
        for entry in sorted(os.scandir(folder), key=lambda item: item.name):
            path = f"{prefix}{entry.name}"
            if not NAME.fullmatch(entry.name):
                report_ignored(path, entry.name, findings)
                continue
            target = Path(entry.path).resolve()
            if not target.is_relative_to(base):
                findings.error(path, "link-outside", "the link leads out of the package")
            elif target.is_dir():
                if depth >= DEPTH_MAX:
                    findings.error(path, "too-deep", f"folders are nested more than {DEPTH_MAX} deep")
                else:
                    waiting.append((Path(entry.path), f"{path}/", depth + 1))
            elif not target.is_file():
                findings.error(path, "not-a-file", "neither a file nor a folder, or a link to nothing")
            else:
                size = target.stat().st_size
                total += size
                settings += size if entry.name.endswith(".yaml") else 0
                if len(files) >= FILES_MAX or total > PACKAGE_MAX_BYTES:
                    findings.error(
                        path, "package-too-large", f"the package has over {FILES_MAX} files or {PACKAGE_MAX_BYTES} bytes"
                    )
                    return Tree(base, dict(sorted(files.items())))
                if settings > SETTINGS_MAX_BYTES:
                    findings.error(path, "settings-too-large", f"all YAML files together have over {SETTINGS_MAX_BYTES} bytes")
                    return Tree(base, {})
                files[path] = target
    return Tree(base, dict(sorted(files.items())))


def report_ignored(path: str, name: str, findings: Findings) -> None:
    """Dot files are tools' business; any other name is likely a mistake."""
    if not name.startswith("."):
        findings.warning(path, "ignored-name", "the name has characters that the format does not allow: it is ignored")


def report_line_endings(path: str, data: bytes, findings: Findings) -> None:
    """Lines end with LF, the last one too. We read other endings alike, so this only warns."""
    if b"\r" in data:
        findings.warning(path, "carriage-return", "lines end with CR LF; the format wants LF")
    if data and not data.endswith(b"\n"):
        findings.warning(path, "no-final-newline", "the last line has no line ending")
