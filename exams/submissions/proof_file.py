"""The file of receipts of a session, put together from what is stored (`sessions/proof.py` says what it proves)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from exams.sessions.aside import KeptAside
from exams.sessions.journal import Earlier
from exams.sessions.proof import FORMAT, ProofFile, ProvenAside, ProvenHandIn, ProvenRevision
from exams.sessions.receipt import moment
from exams.sessions.session import Session
from exams.submissions.submission import Submission


def proof_file(
    centre: str,
    session: Session,
    asides: Sequence[KeptAside],
    handed_in: Sequence[Submission],
    keys: dict[str, Any],
    now: datetime,
) -> ProofFile:
    """The file without the journals of its items, which may be larger than the memory of a machine.

    `centre` is the address that receipts name, `keys` what it publishes of its receipt keys.
    """
    return ProofFile(
        format=FORMAT,
        centre=centre,
        session_id=session.session_id,
        made_at=moment(now),
        keys=keys,
        items=[],
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


def proven(one: Earlier) -> ProvenRevision:
    """A revision as it stands in the file."""
    return ProvenRevision(one.revision, list(one.edits), one.head.hex(), moment(one.saved_at), one.receipt)
