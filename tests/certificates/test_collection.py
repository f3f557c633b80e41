"""Folders and archives: what strangers send costs no more than the limits, and one bad member spoils nothing but itself."""

import io
import os
import struct
import zipfile
from pathlib import Path
from unittest import mock

import pytest

from certificates import collection
from certificates.collection import FILE_MAX_BYTES, Item, folder_items, zip_items
from certificates.errors import CollectionRefused


def packed(*members: tuple[str, bytes]) -> io.BytesIO:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file


def test_an_archive_is_read_in_its_order_and_its_folders_are_no_files() -> None:
    archive = packed(("b/", b""), ("b/1.json", b"one"), ("a.json", b"two"))
    assert list(zip_items(archive)) == [Item("b/1.json", b"one"), Item("a.json", b"two")]


def test_a_bomb_among_the_members_is_a_line_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    archive = packed(("bomb", bytes(FILE_MAX_BYTES + 1)), ("good", b"x"))
    assert [item.fault for item in zip_items(archive)] == ["too-large", ""]
    monkeypatch.setattr(collection, "UNPACKED_MAX_BYTES", 2 * FILE_MAX_BYTES)
    bombs = packed(*((f"bomb-{number}", bytes(FILE_MAX_BYTES + 1)) for number in range(3)))
    with pytest.raises(CollectionRefused, match="unpacks-to-too-much"):
        list(zip_items(bombs))


def test_too_many_members_are_refused_before_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "FILES_MAX", 2)
    with pytest.raises(CollectionRefused, match="too-many-files"):
        list(zip_items(packed(*((str(number), b"") for number in range(3)))))


@pytest.mark.parametrize("extra", [b"", b"PK\x06\x07" + bytes(16)])
def test_a_directory_that_claims_to_be_huge_is_not_read(extra: bytes) -> None:
    size = 0xFFFFFFFF if not extra else 46
    end = extra + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, size, 0, 0)
    with pytest.raises(CollectionRefused, match="too-many-files"):
        list(zip_items(io.BytesIO(end)))


def test_a_long_comment_hides_no_larger_directory() -> None:
    """The reader finds the Zip64 record right before the end record, wherever the comment puts that."""
    member = struct.pack("<4s4B4HL2L5H2L", b"PK\x01\x02", 20, 3, 20, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = member * 100_000
    zip64 = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", 44, 45, 45, 0, 0, 100_000, 100_000, len(directory), 0)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, len(directory), 1)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 46, 0, 0xFFFF) + bytes(0xFFFF)
    archive = io.BytesIO(directory + zip64 + locator + end)
    with mock.patch("zipfile.ZipFile") as read, pytest.raises(CollectionRefused, match="too-many-files"):
        list(zip_items(archive))
    read.assert_not_called()


def test_a_name_is_one_line_of_text_and_no_command_to_a_terminal() -> None:
    names = ["\x1b]0;title\x07a", "a\nb.json: authentic, good", "gpj.\u202ea", "\x9b2J", "Әлия 1.json"]
    assert [item.name for item in zip_items(packed(*((name, b"") for name in names)))] == [
        "\ufffd]0;title\ufffda",
        "a\ufffdb.json: authentic, good",
        "gpj.\ufffda",
        "\ufffd2J",
        "Әлия 1.json",
    ]


def test_a_name_that_is_not_utf_8_ends_nothing(tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/\xcf\xee.json")).write_bytes(b"x")
    (item,) = folder_items(tmp_path)
    assert item == Item("\ufffd\ufffd.json", b"x")
    item.name.encode()


@pytest.mark.parametrize("data", [b"", b"PK", b"PK\x05\x06", b"%PDF-1.7", bytes(100_000), b"PK\x05\x06" + bytes(9)])
def test_what_is_no_archive_is_refused(data: bytes) -> None:
    with pytest.raises(CollectionRefused, match="not-an-archive"):
        list(zip_items(io.BytesIO(data)))


def test_a_damaged_and_an_encrypted_member_are_lines_of_their_own() -> None:
    data = bytearray(packed(("good", b"x" * 100), ("broken", b"y" * 100), ("locked", b"z")).getvalue())
    place = data.index(b"broken") + len(b"broken")
    data[place : place + 4] = b"\xff\xff\xff\xff"
    locked = data.rindex(b"PK\x01\x02")
    data[locked + 8] |= 1  # the directory's own copy of the flag
    assert [item.fault for item in zip_items(io.BytesIO(bytes(data)))] == ["", "damaged", "encrypted"]


def test_an_archive_in_an_archive_is_a_file_like_others() -> None:
    inner = packed(("a", b"x")).getvalue()
    assert list(zip_items(packed(("inner.zip", inner)))) == [Item("inner.zip", inner)]


def test_a_folder_is_read_by_name_without_links_and_hidden_files(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.json", "a.json", ".hidden", "sub/c.json"):
        (tmp_path / name).write_bytes(name.encode())
    (tmp_path / "link.json").symlink_to("/etc/hostname")
    assert [item.name for item in folder_items(tmp_path)] == ["a.json", "b.json", "sub/c.json"]


def test_a_folder_of_too_many_files_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "FILES_MAX", 1)
    for name in ("a", "b"):
        (tmp_path / name).touch()
    with pytest.raises(CollectionRefused):
        list(folder_items(tmp_path))
