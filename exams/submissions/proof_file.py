"""The file of receipts of a session, put together from what is stored (`sessions/proof.py` says what it proves)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exams.sessions.aside import KeptAside
from exams.sessions.journal import JournalEntry
from exams.sessions.proof import FORMAT, ProofFile, ProvenAside, ProvenHandIn, ProvenItem, ProvenRevision
from exams.sessions.receipt import moment
from exams.sessions.session import Session
from exams.submissions.submission import Submission


def proof_file(
    centre: str,
    session: Session,
    entries: Sequence[JournalEntry],
    asides: Sequence[KeptAside],
    handed_in: Sequence[Submission],
    keys: dict[str, Any],
    now: datetime,
) -> ProofFile:
    """The whole file. `centre` is the address that receipts name, `keys` what it publishes of its receipt keys."""
    items: dict[int, ProvenItem] = {}
    for one in entries:
        revision = ProvenRevision(one.revision, list(one.edits), one.head.hex(), moment(one.saved_at), one.receipt)
        items.setdefault(one.position, ProvenItem(one.position, [])).revisions.append(revision)
    return ProofFile(
        format=FORMAT,
        centre=centre,
        session_id=session.session_id,
        made_at=moment(now),
        keys=keys,
        items=list(items.values()),
        asides=[
            ProvenAside(
                position=one.aside.position,
                reason=one.aside.reason,
                base_revision=one.aside.base_revision,
                base_head=one.aside.base_head.hex(),
                edits=list(one.aside.edits),
                head=one.aside.head.hex(),
                received_at=moment(one.aside.received_at),
                decision=one.decided,
                receipt=one.aside.receipt,
            )
            for one in asides
        ],
        hand_ins=[
            ProvenHandIn(
                position=one.answer.position,
                language=one.answer.language,
                sha256=one.answer.sha256.hex(),
                origin=one.origin,
                submitted_at=moment(one.submitted_at),
            )
            for one in handed_in
        ],
    )
