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


def replay(before: State, edits: Iterable[str]) -> State:
    """The state after these edits, head included.

    Raises `BrokenChain` with the reason `edit` (no edit at all), `number` (not the next one), `file-name`, `no-such-file` or
    `places` (beyond the text, overlapping, or inside a character).
    """
    count, head, language, nonce = before.count, before.head, before.language, before.last_nonce
    drafts = {one: {name: _units(text) for name, text in files.items()} for one, files in before.drafts.items()}
    for text in edits:
        edit = read_edit(text)
        count += 1
        if edit.n != count:
            raise BrokenChain("number")
        head = next_head(head, text)
        language, nonce = edit.language, edit.nonce
        _apply(drafts.setdefault(language, {}), edit)
    after = {one: {name: _text(units) for name, units in files.items()} for one, files in drafts.items()}
    return State(count, head, language, after, nonce)


def _apply(files: dict[str, str], edit: EditText) -> None:
    """Do what an edit says to the files of its language, whose texts are in UTF-16 code units."""
    if edit.whole is not msgspec.UNSET:
        files[edit.file] = _units(edit.whole)
    elif edit.removed is not msgspec.UNSET:
        if edit.file == MAIN_FILE or edit.file not in files:
            raise BrokenChain("no-such-file")
        del files[edit.file]
    elif edit.changes is not msgspec.UNSET:
        if edit.file != MAIN_FILE and edit.file not in files:
            raise BrokenChain("no-such-file")
        files[edit.file] = _changed(files.get(edit.file, ""), edit.changes)
    # `chosen` changes no text.


def _changed(units: str, changes: list[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, inserted in changes:
        if not done <= start <= end <= len(units):
            raise BrokenChain("places")
        parts += (units[done:start], _units(inserted))
        done = end
    parts.append(units[done:])
    return "".join(parts)


def _units(text: str) -> str:
    """The text as a string of UTF-16 code units, in which a place is an index: the halves of a pair stand side by side."""
    if text.isascii():
        return text
    encoded = text.encode("utf-16-le", "surrogatepass")
    if len(encoded) == 2 * len(text):
        return text
    # A pair becomes two lone surrogates, which UTF-32 can hold and UTF-16 would join again.
    units = memoryview(encoded).cast("H")
    return "".join(map(chr, units))


def _text(units: str) -> str:
    """The text of code units. Raises `BrokenChain("places")` if half a pair is left over."""
    if units.isascii():
        return units
    try:
        return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le")
    except UnicodeDecodeError:
        raise BrokenChain("places") from None
