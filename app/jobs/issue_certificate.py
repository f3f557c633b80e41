"""Translate a decision into a claim and issue it: the one place where exams and certificates meet.

Idempotent: a decision has one certificate, and an attempt that stopped is continued where it stopped.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from app import audit
from app.database import transaction
from app.jobs.publish_status_list import keep_published
from app.live import notify
from certificates.credential import Achievement, Claim, Score
from certificates.issuing import issue
from exams.grading import store as grading
from exams.grading.certification import Certification
from exams.ids import DecisionId

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Issue the certificate that follows from the decision with this id; nothing if it declines."""
    async with transaction(resources.pool) as db:
        certification = await grading.certification_of(db, DecisionId(subject))
    if certification is None:
        return
    office = await keep_published(resources)
    async with resources.pool.acquire() as db:
        issued = await issue(db, office, claim_of(certification), resources.now())
    async with transaction(resources.pool) as db:
        if issued.settled_now:
            await audit.record(db, None, "credential:issue", f"credential:{issued.serial}", {"decision_id": subject})
        await notify(db, f"session:{certification.session_id}")
        await notify(db, f"result:{certification.result_id}")


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
        ),
        score=Score(certification.score, certification.max_score, certification.required_score),
        sat_at=certification.sealed_at,
        awarded_at=certification.decided_at,
    )
