"""A claim about a person, and the Open Badges 3.0 credential (on Verifiable Credentials 2.0) that says it.

    {"@context": [three addresses], "id": "https://centre.example/certificates/7K3QM9-XW2RFD-HJ5T98",
     "type": ["VerifiableCredential", "OpenBadgeCredential"], "name": "Junior software developer",
     "issuer": {"id": "did:web:centre.example", "type": ["Profile"], "name": "…", "url": "https://centre.example"},
     "validFrom": "2026-11-23T09:30:00Z", "awardedDate": "2026-11-23T09:30:00Z",
     "credentialSubject": {"type": ["AchievementSubject"],
       "identifier": [{"type": "IdentityObject", "hashed": false, "identityHash": "Айгерім Сәтбаева", "identityType": "name"}],
       "achievement": {…}, "activityEndDate": "…",
       "result": [{"type": ["Result"], "resultDescription": "…#score", "value": "87.5"}]},
     "credentialStatus": {…}}

Two choices. `name` and `description` are plain strings in Open Badges 3.0, without a place for translations: the certificate
is written in one language, and the names in the others stand in the description. The schema of Open Badges 3.0 allows one
status object where ours has two purposes: the credential names the revocation list; the suspension list is at the sibling
address with the same index by our profile, and our verifier always demands both.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from certificates.contexts import CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS
from certificates.issuer import Issuer
from certificates.serial import Serial
from certificates.strict_json import JsonObject
from certificates.timestamp import read_timestamp, write_timestamp

CONTEXT: Final = (CREDENTIALS_V2, OPEN_BADGES, OPEN_BADGES_EXTENSIONS)
"""The `@context` of every certificate, exactly and in this order."""


@dataclass(frozen=True, slots=True)
class Achievement:
    """What is certified. `code` is a word for addresses, e.g. `junior-software-developer`; texts are in `language`."""

    code: str
    name: str
    description: str
    criteria: str
    language: str = "en"
    translations: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Score:
    """Points, the most that could be had, and the least that was needed."""

    points: Decimal
    maximum: Decimal
    required: Decimal


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


def unsigned_credential(claim: Claim, issuer: Issuer, serial: Serial, status_index: int) -> JsonObject:
    """Write `claim` as a credential without proofs. Whether it may be issued is for `profile.lint` to say."""
    achievement = claim.achievement
    achievement_url = f"{issuer.url}/schemes/{achievement.code}"
    list_url = issuer.status_list_url("revocation")
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
                "resultDescription": [
                    {
                        "id": f"{achievement_url}#score",
                        "type": ["ResultDescription"],
                        "name": "Score",
                        "resultType": "RawScore",
                        "valueMin": "0",
                        "valueMax": _number(claim.score.maximum),
                        "requiredValue": _number(claim.score.required),
                    }
                ],
            },
            "activityEndDate": write_timestamp(claim.sat_at),
            "result": [
                {
                    "type": ["Result"],
                    "resultDescription": f"{achievement_url}#score",
                    "value": _number(claim.score.points),
                }
            ],
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
    return credential


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
    )


def _clean(text: str) -> str:
    """One line in Unicode's composed form (NFC), so that the same name has the same bytes whoever typed it."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _number(value: Decimal) -> str:
    """Plain decimal without an exponent or zeros at the end: `87.5`, `100`, `0`."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
