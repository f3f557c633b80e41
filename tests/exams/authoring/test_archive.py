"""Uploads that must not win."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app.task_import import read_upload
from exams.authoring import archive
from exams.authoring.archive import unpack
from exams.authoring.finding import Findings
from exams.errors import PackageRefused
from tests.fixtures.packages import write_package, zipped


def a_zip(*members: tuple[str | zipfile.ZipInfo, bytes]) -> bytes:
    """An archive with these members."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members:
            opened.writestr(name, content)
    return packed.getvalue()


def special(name: str, kind: int) -> zipfile.ZipInfo:
    """A member that is no file."""
    member = zipfile.ZipInfo(name)
    member.create_system = 3
    member.external_attr = (kind | 0o777) << 16
    return member


def encrypted() -> bytes:
    """An archive whose only member claims to be encrypted."""
    packed = bytearray(a_zip(("sum/problem.yaml", b"name: Sum\n")))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = packed.index(signature) + offset
        packed[place : place + 2] = struct.pack("<H", 1)
    return bytes(packed)


def twice() -> bytes:
    """An archive with one path twice."""
    with pytest.warns(UserWarning, match="Duplicate name"):
        return a_zip(("sum/a", b"1"), ("sum/a", b"2"))


def understated() -> bytes:
    """A member that is larger than the archive says."""
    packed = bytearray(a_zip(("sum/a", b"0" * 100_000)))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        place = packed.index(signature) + offset
        packed[place : place + 4] = struct.pack("<I", 10)
    return bytes(packed)


HOSTILE: dict[str, tuple[Callable[[], bytes], set[str]]] = {
    "upwards": (lambda: a_zip(("sum/../../evil", b"x")), {"archive-path"}),
    "absolute": (lambda: a_zip(("/etc/evil", b"x")), {"archive-path"}),
    "backslashes": (lambda: a_zip(("sum\\..\\evil", b"x")), {"archive-path"}),
    "a drive": (lambda: a_zip(("C:evil", b"x")), {"archive-path"}),
    "a link": (lambda: a_zip((special("sum/link", stat.S_IFLNK), b"/etc/passwd")), {"archive-link"}),
    "a device": (lambda: a_zip((special("sum/device", stat.S_IFCHR), b"")), {"archive-special"}),
    "a pipe": (lambda: a_zip((special("sum/pipe", stat.S_IFIFO), b"")), {"archive-special"}),
    "a bomb": (lambda: a_zip(("sum/zeros", b"\0" * 20_000_000)), {"archive-bomb"}),
    "many zeros": (lambda: a_zip(*((f"sum/{n}", b"\0" * 1_000_000) for n in range(300))), {"archive-too-large"}),
    "too many": (lambda: a_zip(*((f"sum/{n}", b"") for n in range(5001))), {"archive-too-many"}),
    "a path twice": (twice, {"archive-twice"}),
    "a file as a folder": (lambda: a_zip(("sum/a", b"1"), ("sum/a/b", b"2")), {"archive-twice"}),
    "deep folders": (lambda: a_zip(("sum/" + "a/" * 30 + "b", b"1")), {"archive-depth"}),
    "encrypted": (encrypted, {"archive-encrypted"}),
    "larger than it says": (understated, {"archive-bomb", "not-a-zip"}),
    "nothing in it": (a_zip, {"archive-empty"}),
    "no zip": (lambda: b"hello", {"not-a-zip"}),
    "half a zip": (lambda: a_zip(("sum/problem.yaml", b"name: Sum\n"))[:-30], {"not-a-zip"}),
    "empty": (lambda: b"", {"not-a-zip"}),
}


@pytest.mark.parametrize(("make", "codes"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing_outside(
    tmp_path: Path, make: Callable[[], bytes], codes: set[str]
) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(make())
    into = tmp_path / "into"
    into.mkdir()
    findings = Findings()
    assert unpack(upload, "sum.zip", into, findings) is None
    assert codes & {finding.code for finding in findings.sorted()}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["into", "upload"]


def test_a_refused_table_of_contents_writes_nothing_at_all(tmp_path: Path) -> None:
    upload = tmp_path / "upload"
    upload.write_bytes(a_zip(("sum/good", b"x"), ("sum/../../evil", b"x")))
    into = tmp_path / "into"
    into.mkdir()
    assert unpack(upload, "sum.zip", into, Findings()) is None
    assert list(into.iterdir()) == []


def test_every_fault_of_an_archive_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(PackageRefused) as refusal:
        read_upload("sum.zip", a_zip(("../a", b""), (special("sum/l", stat.S_IFLNK), b"x"), ("sum/z", b"\0" * 9_000_000)))
    told = "\n".join(refusal.value.findings)
    assert all(code in told for code in ("archive-path", "archive-link", "archive-bomb"))


def test_a_package_in_its_folder_is_read(tmp_path: Path) -> None:
    package = read_upload("whatever.zip", zipped(write_package(tmp_path)))
    assert (package.short_name, package.findings) == ("sum", ())


@pytest.mark.parametrize("name", ["sum.zip", "sum.kpp", "C:\\fakepath\\sum.zip", "/tmp/sum.zip"])
def test_a_package_at_the_root_of_its_archive_has_the_archives_name(tmp_path: Path, name: str) -> None:
    folder = write_package(tmp_path)
    packed = a_zip(*((str(path.relative_to(folder)), path.read_bytes()) for path in folder.rglob("*") if path.is_file()))
    assert read_upload(name, packed).short_name == "sum"


@pytest.mark.parametrize("name", ["", ".zip", "..", "a/..", "x" * 300 + ".zip", "…zip", "My Task.zip"])
def test_an_archive_without_a_usable_name_is_refused(tmp_path: Path, name: str) -> None:
    folder = write_package(tmp_path)
    packed = a_zip(*((str(path.relative_to(folder)), path.read_bytes()) for path in folder.rglob("*") if path.is_file()))
    with pytest.raises(PackageRefused, match="findings"):
        read_upload(name, packed)


def test_the_limits_hold_together() -> None:
    assert archive.ARCHIVE_MAX_BYTES < archive.UNPACKED_MAX_BYTES
    assert archive.RATIO_FREE_BYTES < archive.UNPACKED_MAX_BYTES
