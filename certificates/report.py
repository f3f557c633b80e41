"""The outcome of a verification: every step with what it found, and three separate answers.

As JSON, one line for a script (`--json`, `POST /api/verify`):

    {"verified":true,"authentic":"authentic","status":"good","freshness":"fresh","checkedAt":"2026-11-23T10:00:00Z",
     "statusAsOf":"2026-11-23T09:30:00Z","statusUntil":"2026-11-30T09:30:00Z","reason":null,"failure":null,
     "carrier":"bundle","steps":[{"number":1,"step":"read","title":"…","outcome":"passed"},…],
     "certificate":{"serial":"7K3QM9-XW2RFD-HJ5T98","holder":"…","achievement":"…","score":"87.5","maximum":"100",…}}

`failure` and a failed step carry `finding`, `problem`, `meaning`, `action` and `detail`, and so does a step that this carrier
cannot show.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from certificates.carriers.carrier import Carrier
from certificates.credential import Alignment, Summary
from certificates.findings import EXPLANATIONS, STEPS, Authentic, Code, Explanation, Freshness, Status, Step
from certificates.reasons import REASONS, Reason
from certificates.strict_json import JsonObject
from certificates.timestamp import write_timestamp


class Outcome(StrEnum):
    """What became of a step. Only `PASSED` may ever be shown green."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not-checked"


@dataclass(frozen=True, slots=True)
class Checked:
    """One step. `detail` is technical and short, e.g. `unknown-member at credentialSubject.level`."""

    step: Step
    outcome: Outcome
    finding: Code | None = None
    detail: str = ""

    @property
    def number(self) -> int:
        """The number by which people speak of it, from 1."""
        return list(Step).index(self.step) + 1

    @property
    def title(self) -> str:
        """What holds if the step passes."""
        return STEPS[self.step]

    @property
    def explanation(self) -> Explanation | None:
        """What a failed step means to an employer, or why this carrier cannot show it."""
        return EXPLANATIONS[self.finding] if self.finding else None


@dataclass(frozen=True, slots=True)
class Report:
    """All steps and the three answers. `certificate` is there only if the centre signed it: nothing else is worth reading."""

    carrier: Carrier
    steps: tuple[Checked, ...]
    authentic: Authentic
    status: Status
    freshness: Freshness
    checked_at: datetime
    status_as_of: datetime | None
    status_until: datetime | None
    certificate: Summary | None
    reason: Reason | None = None
    """why it is revoked or suspended, if the centre publishes that"""

    @property
    def verified(self) -> bool:
        """All three answers are what an employer wants to hear."""
        return (self.authentic, self.status, self.freshness) == (Authentic.YES, Status.GOOD, Freshness.FRESH)

    @property
    def reason_text(self) -> str | None:
        """The published reason in a sentence."""
        return None if self.reason is None else REASONS[self.reason]

    @property
    def failure(self) -> Checked | None:
        """The first step that failed."""
        return next((checked for checked in self.steps if checked.outcome is Outcome.FAILED), None)

    @property
    def told(self) -> str:
        """What it found, as a line for a log: `jwt: second-proof: signature-invalid did:web:centre.example#document-2026-1`."""
        failure = self.failure
        return f"{self.carrier}: " + (f"{failure.step}: {failure.finding} {failure.detail}" if failure else "no step failed")

    @property
    def unshown(self) -> Checked | None:
        """The last step that this carrier cannot show: why something with nothing wrong in it is not verified yet."""
        unshown = [checked for checked in self.steps if checked.outcome is Outcome.NOT_CHECKED and checked.finding]
        return unshown[-1] if unshown else None

    @property
    def unusable(self) -> bool:
        """There was no certificate to check: the first step failed."""
        return self.failure is not None and self.failure.step is Step.READ

    def as_json(self) -> JsonObject:
        """The form for scripts, as in the module's description."""
        return {
            "verified": self.verified,
            "authentic": self.authentic.value,
            "status": self.status.value,
            "freshness": self.freshness.value,
            "checkedAt": write_timestamp(self.checked_at),
            "statusAsOf": _moment(self.status_as_of),
            "statusUntil": _moment(self.status_until),
            "carrier": self.carrier.value,
            "reason": self.reason and self.reason.value,
            "failure": _step_json(self.failure) if self.failure else None,
            "steps": [_step_json(checked) for checked in self.steps],
            "certificate": _summary_json(self.certificate) if self.certificate else None,
        }


def _step_json(checked: Checked) -> JsonObject:
    step: JsonObject = {
        "number": checked.number,
        "step": checked.step.value,
        "title": checked.title,
        "outcome": checked.outcome.value,
    }
    if checked.finding and checked.explanation:
        told = checked.explanation
        step |= {
            "finding": checked.finding.value,
            "problem": told.title,
            "meaning": told.meaning,
            "action": told.action,
            "detail": checked.detail,
        }
    return step


def _summary_json(certificate: Summary) -> JsonObject:
    return {
        "serial": certificate.serial,
        "holder": certificate.holder_name,
        "achievement": certificate.achievement,
        "score": certificate.points,
        "maximum": certificate.maximum,
        "required": certificate.required,
        "satAt": write_timestamp(certificate.sat_at),
        "awardedAt": write_timestamp(certificate.awarded_at),
        "validUntil": _moment(certificate.valid_until),
        "issuer": certificate.issuer_name,
        "issuerId": certificate.issuer_did,
        "issuerUrl": certificate.issuer_url,
        "alignments": [_alignment_json(entry) for entry in certificate.alignments],
        "competences": [
            {
                "name": part.name,
                "score": part.points,
                "maximum": part.maximum,
                "alignments": [_alignment_json(entry) for entry in part.alignments],
            }
            for part in certificate.competences
        ],
        "assurance": {line.topic.value: line.word for line in certificate.assurance},
        "recordsRoot": certificate.records_root,
    }


def _alignment_json(entry: Alignment) -> JsonObject:
    return {"framework": entry.framework, "code": entry.code, "name": entry.name, "url": entry.url}


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else write_timestamp(moment)
