"""Translate a decision into a claim and issue it: the one place where exams and certificates meet.

Idempotent: a decision has one certificate, and an attempt that stopped is continued where it stopped.
"""

from collections.abc import Sequence
from datetime import UTC, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Final
from uuid import UUID

from pgqueuer import RetryRequested

from app import audit
from app.database import Connection, transaction
from app.jobs import ask_witnesses
from app.jobs.queue import Job, enqueue
from app.key_safe import office_by
from app.live import notify
from certificates.assurance import UNKNOWN, Assured, Topic
from certificates.credential import Achievement, Alignment, Claim, Competence, JudgingRecords, Score
from certificates.errors import NotYetWitnessed
from certificates.issuing import Issued, issue
from certificates.keys import Office
from exams.grading.assurance import Assurance
from exams.grading.certification import Certification
from exams.grading.certification import store as certifications
from exams.ids import DecisionId
from exams.papers.alignment import Alignment as SchemeAlignment

WITNESS_PAUSE: Final = timedelta(seconds=20)
"""When a certificate is tried again that lacks cosignatures. Witnesses that are away are asked by their own job meanwhile."""

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Issue the certificate that follows from the decision with this id; nothing if it declines."""
    async with transaction(resources.pool) as db:
        certification = await certifications.certification_of(db, DecisionId(subject), resources.now())
    if certification is None:
        return
    office = office_by(resources.settings, resources.safe, resources.now())
    try:
        await _issue(resources, office, certification)
    except NotYetWitnessed:
        await ask_witnesses.run(resources)
        try:
            await _issue(resources, office, certification)
        except NotYetWitnessed as error:
            raise RetryRequested(delay=WITNESS_PAUSE, reason=str(error)) from error


async def _issue(resources: "RegistryResources", office: Office, certification: Certification) -> None:
    async def at_settling(db: Connection, issued: Issued) -> None:
        await enqueue(db, Job.PRINT_CERTIFICATE, issued.credential_id)
        facts: dict[str, object] = {"decision_id": certification.decision_id}
        await audit.record(db, None, "credential:issue", f"credential:{issued.credential_id}", facts)
        await notify(db, f"outcome:{certification.session_id}")
        await notify(db, f"result:{certification.result_id}")

    async with resources.pool.acquire() as db:
        await issue(db, office, claim_of(certification), resources.now(), at_settling)
        if office.witnesses.keys:
            await enqueue(db, Job.ASK_WITNESSES, ask_witnesses.THE_LOG)


def source_of(decision_id: UUID) -> str:
    """Name what a certificate follows from; `certificates.store.certificate_of_source` finds it by that."""
    return f"decision:{decision_id}"


def claim_of(certification: Certification) -> Claim:
    """Say in the words of a certificate what was decided. It is written in English, with the names in the other languages."""
    names = certification.scheme_names
    name = names.get("en") or certification.scheme_code
    return Claim(
        source=source_of(certification.decision_id),
        holder_name=certification.candidate_name,
        achievement=Achievement(
            code=certification.scheme_code,
            name=name,
            description=certification.scheme_descriptions.get("en") or name,
            criteria=(
                f"A proctored exam of {certification.duration_minutes} minutes with {certification.item_count} tasks."
                f" Programs are judged by running them. At least {certification.cut_score_percent} % of all points are needed."
            ),
            translations={language: text for language, text in names.items() if language != "en"},
            alignments=_alignments(certification.rules.alignments),
        ),
        score=Score(certification.score, certification.max_score, certification.required_score),
        sat_at=certification.sealed_at,
        awarded_at=certification.decided_at,
        competences=tuple(
            Competence(
                area.competence.name, Score(area.earned, Decimal(area.points), area.required), _alignments(area.alignments)
            )
            for area in certification.areas
        ),
        assurance=label_of(certification.assurance),
        records=None
        if certification.records_root is None
        else JudgingRecords(certification.records_root, certification.records_count),
    )


def _alignments(entries: Sequence[SchemeAlignment]) -> tuple[Alignment, ...]:
    return tuple(Alignment(entry.framework, entry.code, entry.name, entry.url) for entry in entries)


def label_of(known: Assurance) -> tuple[Assured, ...]:
    """Both sides use the same words; a test holds them together."""
    return (
        Assured(Topic.IDENTITY, known.identity),
        Assured(Topic.PROCTORING, known.proctoring),
        Assured(Topic.LOCKDOWN, known.lockdown),
        Assured(Topic.AI_TOOLS, known.ai_tools),
        Assured(Topic.FORM, f"{known.form_set_at.astimezone(UTC):%Y-%m-%d}"),
        Assured(Topic.ERROR, UNKNOWN if known.standard_error is None else f"{known.standard_error:.2f}"),
    )
