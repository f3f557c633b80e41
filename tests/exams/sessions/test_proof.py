"""A file of receipts proves itself, and each of its faults is found by the step that is named for it."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from app.__main__ import sarap
from app.receipt_key import ReceiptSigner
from exams.ids import SessionId
from exams.sessions.proof import NoProof, StepState, check, read_proof, unmade
from exams.sessions.receipt import Receipt, ReceiptKind, moment
from exams.sessions.writer import Writer
from tests.fixtures.examroom import NOON

CENTRE = "https://exams.example.kz"
SESSION = "6f1d1c2e-0000-4000-8000-0123456789ab"
SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
SIGNER = ReceiptSigner("receipt-2026-1", SECRET, {"receipt-2026-1": SECRET.public_key().public_bytes_raw()})
STRANGER = ReceiptSigner("receipt-2026-1", Ed25519PrivateKey.from_private_bytes(bytes(32)), {})
KAZAKH = ["# Қала 👩‍💻\n", "# Қала 👩‍💻\nprint(1)\n", "# Қала 🇰🇿\nprint(1)\n"]


def receipt_of(writer: Writer, kind: ReceiptKind, at: str, signer: ReceiptSigner = SIGNER, **changes: Any) -> str:
    facts: dict[str, Any] = {
        "centre": CENTRE,
        "session_id": SESSION,
        "position": writer.position,
        "revision": writer.revision,
        "head": writer.now.head.hex(),
        "draft_sha256": writer.sha256,
        "saved_at": at,
        "nonce": "ab" * 16,
        "kind": kind,
    }
    return signer.sign(Receipt(**(facts | changes)))


def whole_file() -> tuple[dict[str, Any], list[str]]:
    """Three revisions of an item, a text kept aside that was accepted, two programs; and the receipts that a page kept."""
    writer = Writer.fresh(SessionId(UUID(SESSION)), 2)
    revisions: list[dict[str, Any]] = []
    held: list[str] = []
    for number, text in enumerate(KAZAKH, 1):
        writer.write("python3", text)
        writer.revision = number
        at = moment(NOON + timedelta(seconds=number))
        held.append(receipt_of(writer, ReceiptKind.SAVED, at))
        revisions.append(
            {
                "revision": number,
                "edits": list(writer.pending),
                "head": writer.now.head.hex(),
                "saved_at": at,
                "receipt": held[-1],
            }
        )
        writer.acknowledged({"revision": number, "nonce": "ab" * 16})
    handed_in = {"position": 2, "language": "python3", "sha256": writer.sha256, "origin": "handed_in", "submitted_at": "…"}
    held.append(receipt_of(writer, ReceiptKind.HANDED_IN, moment(NOON)))
    base_head = writer.base.head.hex()
    writer.write("python3", KAZAKH[-1] + "# late\n")
    aside = {
        "position": 2,
        "reason": "late",
        "base_revision": 3,
        "base_head": base_head,
        "edits": list(writer.pending),
        "head": writer.now.head.hex(),
        "received_at": moment(NOON),
        "decision": "accepted",
        "receipt": receipt_of(writer, ReceiptKind.ASIDE, moment(NOON)),
    }
    late = handed_in | {"sha256": writer.sha256, "origin": "late"}
    file = {
        "format": "sarap-receipts-v1",
        "centre": CENTRE,
        "session_id": SESSION,
        "made_at": moment(NOON),
        "keys": SIGNER.published(),
        "items": [{"position": 2, "revisions": revisions}],
        "asides": [aside],
        "hand_ins": [handed_in, late],
    }
    return file, held


def failed(file: dict[str, Any], held: list[str]) -> list[str]:
    steps = check(read_proof(json.dumps(file).encode()), SIGNER.public_keys, held)
    return [step.name for step in steps if step.state is StepState.FAILED]


def test_a_whole_file_is_proven_in_every_step() -> None:
    file, held = whole_file()
    steps = check(read_proof(json.dumps(file).encode()), SIGNER.public_keys, held)
    assert [(step.number, step.state) for step in steps] == [(number, StepState.PROVEN) for number in range(1, 8)]


def revision(file: dict[str, Any], number: int = 1) -> dict[str, Any]:
    return file["items"][0]["revisions"][number]


def alter_an_edit(file: dict[str, Any]) -> None:
    revision(file)["edits"][0] = revision(file)["edits"][0].replace("print(1)", "print(2)")


def drop_an_edit(file: dict[str, Any]) -> None:
    revision(file)["edits"] = []


def drop_a_revision(file: dict[str, Any]) -> None:
    del file["items"][0]["revisions"][1]


def drop_the_last_revision(file: dict[str, Any]) -> None:
    file["items"][0]["revisions"].pop()
    file["asides"], file["hand_ins"] = [], []


def swap_two_revisions(file: dict[str, Any]) -> None:
    revisions = file["items"][0]["revisions"]
    revisions[0], revisions[1] = revisions[1], revisions[0]


def rewrite_the_end(file: dict[str, Any]) -> None:
    """As somebody could who holds the database and not the key: another last text with heads that fit."""
    writer = Writer.fresh(SessionId(UUID(SESSION)), 2)
    for text in (*KAZAKH[:2], "# rewritten\n"):
        writer.pending.clear()
        writer.write("python3", text)
    revision(file, 2).update(edits=list(writer.pending), head=writer.now.head.hex(), receipt="")
    file["asides"] = []
    file["hand_ins"] = [file["hand_ins"][0] | {"sha256": writer.sha256}]


def sign_with_another_key(file: dict[str, Any]) -> None:
    writer = Writer.fresh(SessionId(UUID(SESSION)), 2)
    revision(file)["receipt"] = receipt_of(writer, ReceiptKind.SAVED, moment(NOON), STRANGER)


def spoil_a_signature(file: dict[str, Any]) -> None:
    receipt = revision(file)["receipt"]
    revision(file)["receipt"] = receipt[:-4] + ("AAAA" if not receipt.endswith("AAAA") else "BBBB")


def take_a_receipt_of_another_session(file: dict[str, Any]) -> None:
    writer = Writer.fresh(SessionId(UUID(SESSION)), 2)
    revision(file)["receipt"] = receipt_of(writer, ReceiptKind.SAVED, moment(NOON), session_id=str(uuid4()))


def swap_two_receipts(file: dict[str, Any]) -> None:
    first, second = revision(file, 0), revision(file, 1)
    first["receipt"], second["receipt"] = second["receipt"], first["receipt"]


def sign_another_draft(file: dict[str, Any]) -> None:
    writer = Writer.fresh(SessionId(UUID(SESSION)), 2)
    revision(file)["receipt"] = receipt_of(
        writer, ReceiptKind.SAVED, revision(file)["saved_at"], head=revision(file)["head"], revision=2, draft_sha256="00" * 32
    )


def lose_what_was_kept_aside(file: dict[str, Any]) -> None:
    file["asides"] = []


def hang_an_aside_elsewhere(file: dict[str, Any]) -> None:
    file["asides"][0]["base_head"] = "00" * 32


def hand_in_another_text(file: dict[str, Any]) -> None:
    file["hand_ins"][0]["sha256"] = "00" * 32


def lose_a_hand_in(file: dict[str, Any]) -> None:
    file["hand_ins"] = file["hand_ins"][1:]


def count_a_late_text_that_was_declined(file: dict[str, Any]) -> None:
    file["asides"][0]["decision"] = "declined"


def move_the_time_of_a_save(file: dict[str, Any]) -> None:
    revision(file)["saved_at"] = moment(NOON + timedelta(hours=1))


@pytest.mark.parametrize(
    ("fault", "step"),
    [
        (alter_an_edit, "chain"),
        (drop_an_edit, "chain"),
        (drop_a_revision, "chain"),
        (drop_the_last_revision, "kept"),
        (swap_two_revisions, "chain"),
        (rewrite_the_end, "kept"),
        (sign_with_another_key, "receipts"),
        (spoil_a_signature, "receipts"),
        (take_a_receipt_of_another_session, "receipts"),
        (swap_two_receipts, "kept"),
        (sign_another_draft, "drafts"),
        (lose_what_was_kept_aside, "handed in"),
        (hang_an_aside_elsewhere, "chain"),
        (hand_in_another_text, "handed in"),
        (lose_a_hand_in, "handed in"),
        (count_a_late_text_that_was_declined, "handed in"),
        (move_the_time_of_a_save, "kept"),
    ],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_each_fault_is_found_by_its_step(fault: Callable[[dict[str, Any]], None], step: str) -> None:
    file, held = whole_file()
    fault(file)
    assert step in failed(file, held)


def test_a_receipt_that_a_candidate_kept_finds_what_the_file_has_lost() -> None:
    file, held = whole_file()
    drop_the_last_revision(file)
    assert failed(file, []) == []
    assert failed(file, held[:2]) == []
    assert "kept" in failed(file, held[2:3])


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"format": "sarap-receipts-v1"}', b"[" * 100_000])
def test_what_is_no_file_of_receipts_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(NoProof):
        read_proof(data)


def run(tmp_path: Path, file: object, *more: str) -> tuple[int, str]:
    path = tmp_path / "receipts.json"
    path.write_text(json.dumps(file), "utf-8")
    answer = CliRunner().invoke(sarap, ["receipt", "verify", str(path), *more])
    return answer.exit_code, answer.output


def test_the_command_says_what_it_found_and_ends_with_its_status(tmp_path: Path) -> None:
    file, held = whole_file()
    keys, own = tmp_path / "receipt-keys.json", tmp_path / "own.txt"
    keys.write_text(json.dumps(SIGNER.published()), "utf-8")
    own.write_text("\n".join(held), "utf-8")
    status, said = run(tmp_path, file, "--key", str(keys), "--held", str(own))
    assert (status, "Proven: everything" in said) == (0, True)
    status, said = run(tmp_path, file)
    assert (status, "– 2 keys" in said) == (3, True)
    alter_an_edit(file)
    status, said = run(tmp_path, file, "--key", str(keys))
    assert status == 1
    assert "✗ 4 chain" in said
    assert "revision 2" in said
    status, said = run(tmp_path, file, "--json")
    assert json.loads(said)["status"] == status == 1
    assert run(tmp_path, {"format": "other"})[0] == 2


def test_a_program_that_the_journal_does_not_make_is_noticed() -> None:
    file, _ = whole_file()
    revisions = [(one["edits"], bytes.fromhex(one["head"])) for one in file["items"][0]["revisions"]]
    made = ("python3", bytes.fromhex(file["hand_ins"][0]["sha256"]))
    session = SessionId(UUID(SESSION))
    assert unmade(session, 2, revisions, [made]) is None
    assert unmade(session, 2, [], []) is None
    assert "not what the journal makes" in (unmade(session, 2, revisions, [("python3", bytes(32))]) or "")
    assert "not what the journal makes" in (unmade(session, 2, revisions, [("cpp", made[1])]) or "")
    assert "does not end in the head" in (unmade(session, 2, [(revisions[0][0], bytes(32))], []) or "")
    assert "cannot be replayed" in (unmade(session, 2, [(["{}"], bytes(32))], []) or "")
