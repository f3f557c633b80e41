r"""A writer: what a client keeps of one item so that its text becomes edits, and its edits saves. The page has its own.

writer = Writer.at(item)                 # `item` as the state tells it
writer.write("python3", "print(42)\n")
answer = post(f"…/items/{item['position']}/journal", writer.call(lease))
writer.acknowledged(answer)
post(f"…/items/{item['position']}/submissions", writer.hand_in(lease))
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from exams.ids import SessionId
from exams.judging.further_files import draft_sha256
from exams.sessions.chain import MAIN_FILE, State, first_head, replay
from exams.sessions.journal import split

UTF_16_UNIT_BYTES: Final = 2


@dataclass(slots=True)
class Writer:
    """The state that the server has acknowledged, the one that was written since, and the edits between them."""

    position: int
    revision: int
    base: State
    now: State
    pending: list[str] = field(default_factory=list[str])
    nonce: str = ""

    @classmethod
    def at(cls, item: Mapping[str, Any]) -> "Writer":
        """Where the state of an item says that its journal stands."""
        drafts = {draft["language"]: {MAIN_FILE: draft["source"], **draft["files"]} for draft in item["drafts"]}
        language = item["drafts"][-1]["language"] if item["drafts"] else ""
        state = State(item["edits"], bytes.fromhex(item["head"]), language, drafts)
        return cls(item["position"], item["revision"], state, state)

    @classmethod
    def fresh(cls, session_id: SessionId, position: int) -> "Writer":
        """An item on which nothing was done."""
        state = State(0, first_head(session_id, position))
        return cls(position, 0, state, state)

    def write(
        self, language: str, source: str, files: Mapping[str, str] | None = None, *, at_ms: float = 0, wall_ms: float = 0
    ) -> None:
        """Let the files of a language be these from now on, by as few changes as there are."""
        wanted = {**(files or {}), MAIN_FILE: source}
        there = self.now.drafts.get(language, {})
        for name in there.keys() - wanted.keys():
            self.edit(language, name, removed=True, at_ms=at_ms, wall_ms=wall_ms)
        for name, text in wanted.items():
            if name not in there and name != MAIN_FILE:
                self.edit(language, name, whole=text, at_ms=at_ms, wall_ms=wall_ms)
            elif there.get(name, "") != text:
                self.edit(language, name, changes=[change(there.get(name, ""), text)], at_ms=at_ms, wall_ms=wall_ms)
        if self.now.language != language:
            self.edit(language, MAIN_FILE, chosen=True, at_ms=at_ms, wall_ms=wall_ms)

    def edit(self, language: str, file: str, *, at_ms: float = 0, wall_ms: float = 0, **act: object) -> None:
        """One edit, whose act is `changes`, `whole`, `removed` or `chosen`. Raises `BrokenChain` if it cannot be done."""
        said = {"n": self.now.count + 1, "at": at_ms, "wall": wall_ms, "nonce": self.nonce, "language": language, "file": file}
        text = json.dumps(said | act, ensure_ascii=False, separators=(",", ":"))
        self.now = replay(self.now, [text])
        self.pending.append(text)

    @property
    def sha256(self) -> str:
        """Of the draft as it is now, in hexadecimal."""
        return draft_sha256(*split(self.now.files)).hex()

    def call(self, lease: str) -> dict[str, object]:
        """The save of everything that was written since the last acknowledged one."""
        return {
            "lease": lease,
            "base_revision": self.revision,
            "base_head": self.base.head.hex(),
            "edits": list(self.pending),
            "head": self.now.head.hex(),
            "sha256": self.sha256,
        }

    def acknowledged(self, answer: Mapping[str, Any]) -> None:
        """The last call was taken into the chain."""
        self.revision, self.nonce = answer["revision"], answer["nonce"]
        self.base = self.now
        self.pending.clear()

    def hand_in(self, lease: str) -> dict[str, object]:
        """The hand-in of what was acknowledged last."""
        return {"lease": lease, "revision": self.revision, "sha256": self.sha256}


def change(before: str, after: str) -> tuple[int, int, str]:
    """The one replacement, in UTF-16 code units, that makes `after` of `before`: what stands between their common ends."""
    shorter = min(len(before), len(after))
    start = next((place for place, (one, other) in enumerate(zip(before, after, strict=False)) if one != other), shorter)
    most = shorter - start
    end = 0
    while end < most and before[-1 - end] == after[-1 - end]:
        end += 1
    return units(before[:start]), units(before[: len(before) - end]), after[start : len(after) - end]


def units(text: str) -> int:
    """The length of a text as browsers count it."""
    return len(text.encode("utf-16-le")) // UTF_16_UNIT_BYTES
