"""A claim about a person, and the Open Badges 3.0 credential (on Verifiable Credentials 2.0) that says it.

    {"@context": [three addresses], "id": "https://centre.example/certificates/7K3QM9-XW2RFD-HJ5T98",
     "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "Junior software developer",
     "issuer": {"id": "did:web:centre.example", "type": ["Profile"], "name": "…", "url": "https://centre.example"},
     "validFrom": "2026-11-23T09:30:00Z", "awardedDate": "2026-11-23T09:30:00Z",
     "credentialSubject": {"id": "https://centre.example/certificates/7K3QM9-XW2RFD-HJ5T98#holder",
       "type": ["AchievementSubject"],
       "identifier": [{"type": "IdentityObject", "hashed": false, "identityHash": "Айгерім Сәтбаева", "identityType": "name"}],
       "achievement": {…, "alignment": [{"targetFramework": "…", "targetCode": "…", …}]}, "activityEndDate": "…",
       "result": [{"type": ["Result"], "resultDescription": "…#score", "value": "87.5"},
                  {"type": ["Result"], "resultDescription": "…#part-1", "value": "30", "alignment": [{…}]}]},
     "evidence": [{…}], "credentialStatus": {…}}

The first result is the whole score. Each further one is a part of the exam with its own scale; its `alignment` holds the levels
that were reached in that part, and is absent if none was. `evidence` is the assurance label and the root over the judging
records (`certificates/assurance.py`).

Three choices. `credentialSubject.id` is an address under the certificate's own: a token must name its subject (`sub`), and a
name that is used for one certificate alone ties nobody's certificates together. `name` and `description` are plain strings in
Open Badges 3.0, without a place for translations: the certificate is written in one language, and the names in the others stand
in the description. The schema of Open Badges 3.0 allows one status object where ours has two purposes: the credential names the
revocation list; the suspension list is at the sibling address with the same index by our profile, and our verifier always
demands both.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from certificates.assurance import ASSURANCE_GENRE, RECORDS_GENRE, Assured, Topic
from certificates.carriers.compact import Compact
from certificates.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS
from certificates.issuer import Issuer, did_web
from certificates.serial import Serial
from certificates.strict_json import Json, JsonObject
from certificates.timestamp import read_timestamp, write_timestamp

CONTEXT: Final = (CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS)
"""The `@context` of every certificate, exactly and in this order."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """One entry of somebody else's framework. `code` is its code there, `url` an address that explains it."""

    framework: str
    code: str
    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Achievement:
    """What is certified. `code` is a word for addresses, e.g. `junior-software-developer`; texts are in `language`."""

    code: str
    name: str
    description: str
    criteria: str
    language: str = "en"
    translations: Mapping[str, str] = field(default_factory=dict[str, str])
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """Points, the most that could be had, and the least that was needed."""

    points: Decimal
    maximum: Decimal
    required: Decimal


@dataclass(frozen=True, slots=True)
class Competence:
    """What was shown in one part of the exam, and the levels that follow from it."""

    name: str
    score: Score
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgingRecords:
    """The records of what the judge did: how many there are, and the Merkle root over them (RFC 6962), in hexadecimal."""

    root: str
    count: int


@dataclass(frozen=True, slots=True)
class Claim:
    """What a centre says about a person. `source` is what it follows from, e.g. `decision:<uuid>`, and has one certificate."""

    source: str
    holder_name: str
    achievement: Achievement
    score: Score
    sat_at: datetime
    awarded_at: datetime
    valid_until: datetime | None = None
    competences: tuple[Competence, ...] = ()
    assurance: tuple[Assured, ...] = ()
    records: JudgingRecords | None = None


@dataclass(frozen=True, slots=True)
class ShownCompetence:
    """A competence as a certificate says it."""

    name: str
    points: str
    maximum: str
    alignments: tuple[Alignment, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What a certificate says, for people. Made only from a credential of the right shape."""

    serial: str
    holder_name: str
    achievement: str
    description: str
    points: str
    maximum: str
    required: str
    sat_at: datetime
    awarded_at: datetime
    valid_until: datetime | None
    issuer_name: str
    issuer_did: str
    issuer_url: str
    alignments: tuple[Alignment, ...] = ()
    """of a code, which has no room for more, only the `code` of each is known"""
    competences: tuple[ShownCompetence, ...] = ()
    assurance: tuple[Assured, ...] = ()
    records_root: str | None = None


def unsigned_credential(claim: Claim, issuer: Issuer, serial: Serial, status_index: int) -> JsonObject:
    """Write `claim` as a credential without proofs. Whether it may be issued is for `profile.lint` to say."""
    achievement = claim.achievement
    achievement_url = f"{issuer.url}/schemes/{achievement.code}"
    list_url = issuer.status_list_url("revocation")
    parts = [(f"{achievement_url}#score", "Score", claim.score, ())]
    parts += [
        (f"{achievement_url}#part-{number}", part.name, part.score, part.alignments)
        for number, part in enumerate(claim.competences, start=1)
    ]
    names = "".join(f" {language}: {_clean(name)}." for language, name in sorted(achievement.translations.items()))
    credential: JsonObject = {
        "@context": list(CONTEXT),
        "id": f"{issuer.url}/certificates/{serial}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": _clean(achievement.name),
        "issuer": {"id": issuer.did, "type": ["Profile"], "name": _clean(issuer.name), "url": issuer.url},
        "validFrom": write_timestamp(claim.awarded_at),
        "awardedDate": write_timestamp(claim.awarded_at),
        "credentialSubject": {
            "id": f"{issuer.url}/certificates/{serial}#holder",
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": _clean(claim.holder_name),
                    "identityType": "name",
                }
            ],
            "achievement": {
                "id": achievement_url,
                "type": ["Achievement"],
                "achievementType": "Certification",
                "name": _clean(achievement.name),
                "description": _clean(achievement.description + names),
                "criteria": {"narrative": _clean(achievement.criteria)},
                "inLanguage": achievement.language,
                "resultDescription": [_scale(address, name, score) for address, name, score, _levels in parts],
            },
            "activityEndDate": write_timestamp(claim.sat_at),
            "result": [_result(address, score, levels) for address, _name, score, levels in parts],
        },
        "credentialStatus": {
            "id": f"{list_url}#{status_index}",
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": str(status_index),
            "statusListCredential": list_url,
        },
    }
    if claim.valid_until is not None:
        credential["validUntil"] = write_timestamp(claim.valid_until)
    if achievement.alignments:
        subject: Any = credential["credentialSubject"]
        subject["achievement"]["alignment"] = [_alignment(entry) for entry in achievement.alignments]
    if evidence := _evidence(claim, f"{issuer.url}/certificates/{serial}"):
        credential["evidence"] = evidence
    return credential


def _scale(address: str, name: str, score: Score) -> JsonObject:
    return {
        "id": address,
        "type": ["ResultDescription"],
        "name": _clean(name),
        "resultType": "RawScore",
        "valueMin": "0",
        "valueMax": _number(score.maximum),
        "requiredValue": _number(score.required),
    }


def _result(address: str, score: Score, levels: Sequence[Alignment]) -> JsonObject:
    result: JsonObject = {"type": ["Result"], "resultDescription": address, "value": _number(score.points)}
    if levels:
        result["alignment"] = [_alignment(entry) for entry in levels]
    return result


def _alignment(entry: Alignment) -> JsonObject:
    return {
        "type": ["Alignment"],
        "targetFramework": _clean(entry.framework),
        "targetCode": _clean(entry.code),
        "targetName": _clean(entry.name),
        "targetUrl": entry.url,
    }


def _evidence(claim: Claim, address: str) -> list[Json]:
    entries: list[Json] = [
        {
            "id": f"{address}#{line.topic}",
            "type": ["Evidence"],
            "genre": ASSURANCE_GENRE,
            "name": line.title,
            "narrative": line.word,
            "description": line.meaning or f"{line.title}: {line.word}.",
        }
        for line in claim.assurance
    ]
    if claim.records is not None:
        entries.append(
            {
                "id": f"{address}#{RECORDS_GENRE}",
                "type": ["Evidence"],
                "genre": RECORDS_GENRE,
                "name": "Judging records",
                "narrative": claim.records.root,
                "description": (
                    f"Merkle root (RFC 6962, SHA-256) over the {claim.records.count} records of how the programs were judged."
                    " The holder can show that a record belongs to it, and the centre can judge the same program again."
                ),
            }
        )
    return entries


def summary(credential: JsonObject) -> Summary:
    """Read out what a credential says. It must have passed `profile.credential_faults`."""
    document: Any = credential
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    scale = achievement["resultDescription"][0]
    return Summary(
        serial=str(document["id"]).rpartition("/")[2],
        holder_name=subject["identifier"][0]["identityHash"],
        achievement=achievement["name"],
        description=achievement["description"],
        points=subject["result"][0]["value"],
        maximum=scale["valueMax"],
        required=scale["requiredValue"],
        sat_at=read_timestamp(subject["activityEndDate"]),
        awarded_at=read_timestamp(document["validFrom"]),
        valid_until=read_timestamp(document["validUntil"]) if "validUntil" in document else None,
        issuer_name=document["issuer"]["name"],
        issuer_did=document["issuer"]["id"],
        issuer_url=document["issuer"]["url"],
        alignments=_alignments(achievement),
        competences=tuple(
            ShownCompetence(scale["name"], result["value"], scale["valueMax"], _alignments(result))
            for scale, result in zip(achievement["resultDescription"][1:], subject["result"][1:], strict=True)
        ),
        assurance=tuple(
            Assured(Topic(entry["id"].rpartition("#")[2]), entry["narrative"])
            for entry in document.get("evidence", ())
            if entry["genre"] == ASSURANCE_GENRE
        ),
        records_root=next((e["narrative"] for e in document.get("evidence", ()) if e["genre"] == RECORDS_GENRE), None),
    )


def _alignments(holder: Mapping[str, Any]) -> tuple[Alignment, ...]:
    return tuple(
        Alignment(entry["targetFramework"], entry["targetCode"], entry["targetName"], entry["targetUrl"])
        for entry in holder.get("alignment", ())
    )


def summary_of_compact(claims: Compact) -> Summary:
    """Read out what a code says. It must have passed `profile.compact_faults`. The centre is known by its address alone."""
    return Summary(
        serial=claims.serial,
        holder_name=claims.holder_name,
        achievement=claims.achievement,
        description="",
        points=claims.points,
        maximum=claims.maximum,
        required=claims.required,
        sat_at=claims.sat_at,
        awarded_at=claims.awarded_at,
        valid_until=claims.valid_until,
        issuer_name=claims.issuer_url.partition("://")[2],
        issuer_did=did_web(claims.issuer_url),
        issuer_url=claims.issuer_url,
        alignments=tuple(Alignment("", code, "", "") for code in claims.levels),
    )


def certificate_url(certificate: Summary) -> str:
    """The `id` of a credential: the address of its page."""
    return f"{certificate.issuer_url}/certificates/{certificate.serial}"


def _clean(text: str) -> str:
    """One line in Unicode's composed form (NFC), so that the same name has the same bytes whoever typed it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _number(value: Decimal) -> str:
    """Plain decimal without an exponent or zeros at the end: `87.5`, `100`, `0`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
