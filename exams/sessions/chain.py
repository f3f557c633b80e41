r"""The chain of an item: every edit as the page sent it, each hashed onto the one before, and what they make together.

    head_0 = SHA-256("sarap-journal-v1\n" + session id in lower case with hyphens + "\n" + position)
    head_n = SHA-256(head_{n-1}, 32 bytes, followed by the UTF-8 text of edit n)

An edit is one JSON text. It is hashed byte for byte as it was sent and is never written anew:

    {"n": 7, "at": 61250.5, "wall": 1772441002123, "nonce": "9f3c…", "language": "cpp", "file": "", "changes": [[6, 6, "42"]]}

`n` counts from 1 within the item. `at` is in ms of the page's own clock that only goes forward, `wall` what the device calls
the time (evidence, never believed), `nonce` the last one that the page heard from the server, `file` the file's name, "" for
the main one. Exactly one of these says what happened:

    changes   [[from, to, inserted], …]: places in the file's text before this edit, counted in UTF-16 code units as browsers
              do, ascending, not overlapping, all applied together
    whole     the file's whole text from now on; makes the file if it is not there
    removed   true: a further file goes
    chosen    true: the candidate turned to this language, whose text is as it was left, or empty

Replaying all edits gives the files of every language, and the language that was chosen last.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

import msgspec

from exams.errors import BrokenChain
from exams.ids import SessionId
from exams.judging.further_files import FILE_NAME

DOMAIN: Final = "sarap-journal-v1"
"""Begins what the first head is made of, so that no other hash of ours is mistaken for it."""

HEAD_BYTES: Final = 32

MAIN_FILE: Final = ""
"""The name of a program's main file in edits and drafts; what it is called in the sandbox is the language's matter."""

NONCE: Final = re.compile(r"[0-9a-f]{0,64}", re.ASCII)
"""What the server gives out, or nothing before the page heard from it. It is looked up in the database as it stands."""

CHANGES_PER_EDIT: Final = 10_000
"""A replacement of every word in a program at its limit; more is no act of a person."""

UNIT_BYTES: Final = 2
"""Of a UTF-16 code unit."""

WORK_OF_A_CHANGE: Final = 4096
"""Code units that can be copied in the time that one change takes beside its text: a microsecond."""

Files = Mapping[str, str]
"""The files of one language: name to text, the main one under `MAIN_FILE`."""

Drafts = Mapping[str, Files]
"""The files of every language that was worked in."""


class EditText(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """What an edit says. `at` and `wall` are in ms."""

    n: int
    at: float
    wall: float
    nonce: str
    language: str
    file: str
    changes: list[tuple[int, int, str]] | msgspec.UnsetType = msgspec.UNSET
    whole: str | msgspec.UnsetType = msgspec.UNSET
    removed: bool | msgspec.UnsetType = msgspec.UNSET
    chosen: bool | msgspec.UnsetType = msgspec.UNSET


_decoder: Final = msgspec.json.Decoder(EditText)


@dataclass(frozen=True, slots=True)
class State:
    """What the edits so far have made. `language` is the one that the last edit was in, "" before the first."""

    count: int = 0
    head: bytes = b""
    language: str = ""
    drafts: Drafts = field(default_factory=dict[str, Files])
    last_nonce: str = ""

    @property
    def files(self) -> Files:
        """The files of the language that was chosen last."""
        return self.drafts.get(self.language, {})


def first_head(session_id: SessionId, position: int) -> bytes:
    """The head of an item on which nothing was done yet."""
    return hashlib.sha256(f"{DOMAIN}\n{session_id}\n{position}".encode()).digest()


def next_head(head: bytes, edit: str) -> bytes:
    """The head after one more edit."""
    return hashlib.sha256(head + edit.encode()).digest()


def head_after(head: bytes, edits: Iterable[str]) -> bytes:
    """The head after these edits."""
    for edit in edits:
        head = next_head(head, edit)
    return head


def read_edit(text: str) -> EditText:
    """What one edit says. Raises `BrokenChain("edit")` if it is no edit."""
    try:
        edit = _decoder.decode(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise BrokenChain("edit") from error
    acts = (edit.changes, edit.whole, edit.removed, edit.chosen)
    if sum(act is not msgspec.UNSET for act in acts) != 1 or edit.removed is False or edit.chosen is False:
        raise BrokenChain("edit")
    if NONCE.fullmatch(edit.nonce) is None:
        raise BrokenChain("edit")
    if edit.file != MAIN_FILE and FILE_NAME.fullmatch(edit.file) is None:
        raise BrokenChain("file-name")
    if edit.changes is not msgspec.UNSET and len(edit.changes) > CHANGES_PER_EDIT:
        raise BrokenChain("edit")
    return edit


def replay(before: State, edits: Iterable[str], most: int | None = None) -> State:
    """The state after these edits, head included. Files that no edit is about are taken over as they are.

    Raises `BrokenChain` with the reason `edit` (no edit at all), `number` (not the next one), `file-name`, `no-such-file`,
    `places` (beyond the text, overlapping, or inside a character), or `work` (more of it than `most`, in code units copied).
    """
    count, head, language, nonce = before.count, before.head, before.language, before.last_nonce
    drafts = {one: dict(files) for one, files in before.drafts.items()}
    opened: dict[tuple[str, str], bytes] = {}
    work = 0
    for text in edits:
        edit = read_edit(text)
        count += 1
        if edit.n != count:
            raise BrokenChain("number")
        head = next_head(head, text)
        language, nonce = edit.language, edit.nonce
        work += _apply(drafts.setdefault(language, {}), opened, edit)
        if most is not None and work > most:
            raise BrokenChain("work")
    for (one, name), units in opened.items():
        drafts[one][name] = _text(units)
    return State(count, head, language, drafts, nonce)


def _apply(files: dict[str, str], opened: dict[tuple[str, str], bytes], edit: EditText) -> int:
    """Do what an edit says to the files of its language; returns the work that it was.

    `opened` has what edits were about, as code units. Its texts in `files` are old: only their names count.
    """
    place = (edit.language, edit.file)
    if edit.whole is not msgspec.UNSET:
        opened[place] = _units(edit.whole)
    elif edit.removed is not msgspec.UNSET:
        if edit.file == MAIN_FILE or edit.file not in files:
            raise BrokenChain("no-such-file")
        del files[edit.file]
        opened.pop(place, None)
        return 0
    elif edit.changes is not msgspec.UNSET:
        if edit.file != MAIN_FILE and edit.file not in files:
            raise BrokenChain("no-such-file")
        before = opened[place] if place in opened else _units(files.get(edit.file, ""))
        opened[place] = _changed(before, edit.changes)
    else:
        return 0  # `chosen` changes no text
    files.setdefault(edit.file, "")
    changes = 0 if edit.changes is msgspec.UNSET else len(edit.changes)
    return len(opened[place]) // UNIT_BYTES + changes * WORK_OF_A_CHANGE


def _changed(units: bytes, changes: list[tuple[int, int, str]]) -> bytes:
    length = len(units) // UNIT_BYTES
    parts: list[bytes] = []
    done = 0
    for start, end, inserted in changes:
        if not done <= start <= end <= length:
            raise BrokenChain("places")
        parts += (units[done * UNIT_BYTES : start * UNIT_BYTES], _units(inserted))
        done = end
    parts.append(units[done * UNIT_BYTES :])
    return b"".join(parts)


def _units(text: str) -> bytes:
    """The text as UTF-16 code units: a place is an index, and the halves of a pair can be told apart."""
    return text.encode("utf-16-le")  # what JSON gives has no half pairs


def _text(units: bytes) -> str:
    """The text of code units. Raises `BrokenChain("places")` if half a pair is left over."""
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError:
        raise BrokenChain("places") from None
