"""A proof: the receipts of a session together with what they are of, and what follows from them. No database, no network.

The file (`receipts.json`) has everything that was acknowledged: the edits of every revision, the texts that were kept aside,
the programs that were handed in, and the receipts. From it alone anybody works out again that nothing which was acknowledged is
lost or altered, in numbered steps:

    1 file       it is such a file, of one session
    2 keys       the keys that receipts are verified with are the centre's: they were given, and did not come with the file
    3 receipts   each receipt is signed by one of them, and is of this session
    4 chain      each revision follows the one before it, edit by edit, and ends in the head that it says
    5 drafts     replaying the edits makes the drafts that the receipts name
    6 kept       each receipt has its revision or its text kept aside, and each of those its receipt
    7 handed in  each program is what the journal makes, or a late text that was accepted
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec

from exams.errors import BrokenChain
from exams.ids import SessionId
from exams.judging.further_files import draft_sha256
from exams.sessions.chain import State, first_head, replay
from exams.sessions.journal import split
from exams.sessions.receipt import Receipt, ReceiptInvalid, ReceiptKind, keys_in, verified

FORMAT: Final = "sarap-receipts-v1"


class ProvenRevision(msgspec.Struct):
    """A revision in the file. `receipt` is empty for a save from before there were receipts."""

    revision: int
    edits: list[str]
    head: str
    saved_at: str
    receipt: str


class ProvenItem(msgspec.Struct):
    """The journal of one item."""

    position: int
    revisions: list[ProvenRevision]


class ProvenAside(msgspec.Struct):
    """A text that was kept aside."""

    position: int
    reason: str
    base_revision: int
    base_head: str
    edits: list[str]
    head: str
    received_at: str
    decision: str | None
    receipt: str


class ProvenHandIn(msgspec.Struct):
    """A program that was handed in: by the candidate (`handed_in`), at the end (`sealed`), or late and accepted (`late`)."""

    position: int
    language: str
    sha256: str
    origin: str
    submitted_at: str


class ProofFile(msgspec.Struct):
    """The whole file. `keys` is what the centre publishes of its receipt keys."""

    format: str
    centre: str
    session_id: UUID
    made_at: str
    keys: dict[str, Any]
    items: list[ProvenItem]
    asides: list[ProvenAside]
    hand_ins: list[ProvenHandIn]


class StepState(StrEnum):
    """How a step ended."""

    PROVEN = "proven"
    NOT_CHECKED = "not-checked"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `found` are its faults, one sentence each, or what was counted; `means` says what a failure means."""

    number: int
    name: str
    state: StepState
    found: tuple[str, ...]
    means: str


MEANINGS: Final = {
    "file": "This is no file of receipts, so it says nothing either way. Download it again.",
    "keys": "The keys came with the file. Compare them with the centre's published ones, or give those with --key.",
    "receipts": "A receipt was not signed by the centre, or is of another session. What it says was never acknowledged.",
    "chain": "Edits were altered, dropped, repeated or reordered after they were acknowledged, or came with a false head.",
    "drafts": "The edits do not make the text that was acknowledged: one of the two was altered.",
    "kept": "Something that was acknowledged is missing, or something is there that was never acknowledged.",
    "handed in": "A program that counts is not what the candidate wrote.",
}


class NoProof(Exception):
    """The bytes are no file of receipts; the message says why."""


def read_proof(data: bytes) -> ProofFile:
    """Read the file. Raises `NoProof`."""
    try:
        file = msgspec.json.decode(data, type=ProofFile)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NoProof(str(error)) from error
    if file.format != FORMAT:
        raise NoProof(f"the format is {file.format!r} and not {FORMAT!r}")
    return file


@dataclass(slots=True)
class _Made:
    """What replaying the journal of the file makes: states by item and head, drafts by item, language and digest."""

    heads: dict[tuple[int, str], State]
    drafts: set[tuple[int, str, str]]
    accepted: set[tuple[int, str, str]]


def check(file: ProofFile, given_keys: Mapping[str, bytes] | None, held: Sequence[str] = ()) -> tuple[Step, ...]:
    """All steps. `given_keys` are the centre's, from elsewhere; `held` the receipts that the candidate's own browser kept."""
    session_id = SessionId(file.session_id)
    counted = sum(len(item.revisions) for item in file.items)
    steps = [_step(1, "file", (), f"{counted} revisions of {len(file.items)} items, {len(file.asides)} texts kept aside")]
    keys, key_step = _keys(file, given_keys)
    steps.append(key_step)

    # 3. receipts
    said: list[tuple[str, Receipt]] = []
    faults: list[str] = []
    for where, compact in _receipts(file, held):
        try:
            receipt = verified(compact, keys)
        except ReceiptInvalid as error:
            faults.append(f"{where}: not a receipt of these keys ({error.reason})")
            continue
        if receipt.session_id != str(session_id) or receipt.centre != file.centre:
            faults.append(f"{where}: of session {receipt.session_id} at {receipt.centre}")
        else:
            said.append((where, receipt))
    steps.append(_step(3, "receipts", faults, f"{len(said)} receipts"))

    # 4 and 5. the chain, and the drafts that it makes
    made = _Made({}, set(), set())
    faults = [fault for item in file.items for fault in _replay_item(session_id, item, made)]
    faults += [fault for aside in file.asides for fault in _replay_aside(session_id, aside, made)]
    edits = sum(len(one.edits) for item in file.items for one in item.revisions)
    steps.append(_step(4, "chain", faults, f"{edits} edits, each a link"))
    drafts = {(position, head): _sha256(state) for (position, head), state in made.heads.items()}
    faults = [
        f"{where}: the edits make {drafts[found]}, the receipt says {receipt.draft_sha256}"
        for where, receipt in said
        if (found := (receipt.position, receipt.head)) in drafts and drafts[found] != receipt.draft_sha256
    ]
    steps.append(_step(5, "drafts", faults, f"{len(made.heads)} drafts made again"))

    # 6 and 7.
    steps.append(_step(6, "kept", _missing(file, said), "every receipt has what it is of"))
    handed_in = [receipt for _, receipt in said if receipt.kind is ReceiptKind.HANDED_IN]
    faults = [
        f"item {one.position}: {one.language} handed in at {one.submitted_at} ({one.origin}) is not what the journal makes"
        for one in file.hand_ins
        if (one.position, one.language, one.sha256) not in (made.accepted if one.origin == "late" else made.drafts)
    ]
    known = {(one.position, one.sha256) for one in file.hand_ins}
    faults += [
        f"item {one.position}: the hand-in of revision {one.revision} was acknowledged and is missing"
        for one in handed_in
        if (one.position, one.draft_sha256) not in known
    ]
    steps.append(_step(7, "handed in", faults, f"{len(file.hand_ins)} programs"))
    return tuple(steps)


def unmade(
    session_id: SessionId, position: int, revisions: Sequence[tuple[Sequence[str], bytes]], wanted: Sequence[tuple[str, bytes]]
) -> str | None:
    """What is wrong with an item's journal, in one English sentence, or None.

    `revisions` are the edits and the head of each; `wanted` the language and digest of each program that counts, which one of
    the revisions must make.
    """
    state = State(0, first_head(session_id, position))
    made: set[tuple[str, bytes]] = set()
    for number, (edits, head) in enumerate(revisions, 1):
        try:
            state = replay(state, edits)
        except BrokenChain as error:
            return f"Item {position}: revision {number} of the journal cannot be replayed ({error.reason})."
        if state.head != head:
            return f"Item {position}: revision {number} of the journal does not end in the head that was acknowledged."
        made |= {(language, draft_sha256(*split(files))) for language, files in state.drafts.items()}
    missing = [language for language, digest in wanted if (language, digest) not in made]
    return f"Item {position}: a program in {missing[0]} is not what the journal makes when it is replayed." if missing else None


def _keys(file: ProofFile, given: Mapping[str, bytes] | None) -> tuple[Mapping[str, bytes], Step]:
    if given is not None:
        return given, _step(2, "keys", (), f"{len(given)} given: {', '.join(given)}")
    try:
        keys = keys_in(file.keys)
    except ReceiptInvalid:
        return {}, _step(2, "keys", ("the file has no usable keys, and none were given",), "")
    found = tuple(f"{name} came with the file" for name in keys)
    return keys, Step(2, "keys", StepState.NOT_CHECKED, found, MEANINGS["keys"])


def _receipts(file: ProofFile, held: Sequence[str]) -> list[tuple[str, str]]:
    found = [
        (f"item {item.position}, revision {one.revision}", one.receipt)
        for item in file.items
        for one in item.revisions
        if one.receipt
    ]
    found += [(f"item {one.position}, kept aside at {one.received_at}", one.receipt) for one in file.asides]
    return found + [(f"receipt {number} of your own", one) for number, one in enumerate(held, 1)]


def _replay_item(session_id: SessionId, item: ProvenItem, made: _Made) -> list[str]:
    state = State(0, first_head(session_id, item.position))
    made.heads[item.position, state.head.hex()] = state
    for number, one in enumerate(item.revisions, 1):
        where = f"item {item.position}, revision {one.revision}"
        if one.revision != number:
            return [f"{where}: revision {number} should stand here"]
        try:
            state = replay(state, one.edits)
        except BrokenChain as error:
            return [f"{where}: its edits cannot be replayed ({error.reason})"]
        if state.head.hex() != one.head:
            return [f"{where}: its edits end in {state.head.hex()} and not in {one.head}"]
        made.heads[item.position, one.head] = state
        for language, files in state.drafts.items():
            made.drafts.add((item.position, language, draft_sha256(*split(files)).hex()))
    return []


def _replay_aside(session_id: SessionId, aside: ProvenAside, made: _Made) -> list[str]:
    where = f"item {aside.position}, kept aside at {aside.received_at}"
    base = made.heads.get((aside.position, aside.base_head))
    if base is None and aside.base_head == first_head(session_id, aside.position).hex():
        base = State(0, bytes.fromhex(aside.base_head))
    if base is None:
        return [f"{where}: it continues a head that is not in the file"]
    try:
        state = replay(base, aside.edits)
    except BrokenChain as error:
        return [f"{where}: its edits cannot be replayed ({error.reason})"]
    if state.head.hex() != aside.head:
        return [f"{where}: its edits end in {state.head.hex()} and not in {aside.head}"]
    made.heads[aside.position, aside.head] = state
    if aside.decision == "accepted":
        made.accepted.add((aside.position, state.language, _sha256(state)))
    return []


def _missing(file: ProofFile, said: Sequence[tuple[str, Receipt]]) -> list[str]:
    """Receipts without what they are of, and what has no receipt."""
    revisions = {(item.position, one.revision, one.head): one for item in file.items for one in item.revisions}
    asides = {(one.position, one.head) for one in file.asides}
    faults: list[str] = []
    for where, one in said:
        there = (
            (one.position, one.head) in asides
            if one.kind is ReceiptKind.ASIDE
            else (one.position, one.revision, one.head) in revisions
        )
        if not there:
            faults.append(f"{where}: {one.kind} at {one.saved_at}, item {one.position}, revision {one.revision}, is missing")
    own = dict(said)
    for item in file.items:
        for one in item.revisions:
            receipt = own.get(f"item {item.position}, revision {one.revision}")
            if receipt is not None and (receipt.kind, receipt.position, receipt.revision, receipt.head, receipt.saved_at) != (
                ReceiptKind.SAVED,
                item.position,
                one.revision,
                one.head,
                one.saved_at,
            ):
                faults.append(f"item {item.position}, revision {one.revision}: its receipt is of something else")
    return faults


def _sha256(state: State) -> str:
    return draft_sha256(*split(state.files)).hex()


def _step(number: int, name: str, faults: Sequence[str], counted: str) -> Step:
    if faults:
        return Step(number, name, StepState.FAILED, tuple(faults), MEANINGS[name])
    return Step(number, name, StepState.PROVEN, (counted,) if counted else (), "")
