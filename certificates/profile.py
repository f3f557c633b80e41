"""What a certificate of ours may say: a closed list of members, each with the form of its value.

The same rules stand at both doors. Before signing, `lint` refuses whatever breaks them or uses a word that the bundled
contexts do not define. When checking, `credential_faults` refuses whatever our own software would not have written: member
names that are addresses or unknown keywords, other contexts, things that a signature may not cover. Other issuers' Open Badges
are not meant to pass.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from certificates.contexts import undefined_terms
from certificates.credential import CONTEXT
from certificates.data_integrity import Suite
from certificates.findings import Code
from certificates.issuer import did_web
from certificates.serial import read_serial
from certificates.status_list import ENTRIES_MAX, LIST_CONTEXT, Purpose
from certificates.strict_json import Json, JsonObject, canonical
from certificates.timestamp import read_timestamp

CREDENTIAL_MAX_BYTES: Final = 32 * 1024
"""Bytes of the unsigned canonical form. A certificate has about 2 kB; the texts below add up to less than this."""

NAME_MAX_CHARS: Final = 200
TEXT_MAX_CHARS: Final = 4000
URL_MAX_CHARS: Final = 500
ENCODED_LIST_MAX_CHARS: Final = 700_000  # of a list of a million entries of which half are set, and room


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that breaks the profile: `bad-value at credentialSubject.result[0].value`."""

    code: Code
    path: str

    def __str__(self) -> str:
        """Write it for logs and reports."""
        return f"{self.code} at {self.path}" if self.path else self.code.value


Check = Callable[[Json, str], Iterator[Fault]]


def lint(credential: JsonObject) -> tuple[Fault, ...]:
    """Find everything that forbids to issue `credential` (without proofs)."""
    faults = [*_CREDENTIAL(credential, "")]
    if not faults:
        faults += _relations(credential)
    if len(canonical(credential)) > CREDENTIAL_MAX_BYTES:
        faults.append(Fault(Code.BAD_VALUE, "size"))
    return (*faults, *(Fault(Code.UNKNOWN_MEMBER, term) for term in undefined_terms(credential)))


def credential_faults(credential: JsonObject) -> tuple[Fault, ...]:
    """Find what breaks the profile in a credential with its proofs. The proofs themselves are not checked here."""
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    faults = [*_CREDENTIAL(unsigned, ""), *_proofs(credential.get("proof"), CONTEXT)]
    return tuple(faults or _relations(unsigned))


def status_list_faults(credential: JsonObject) -> tuple[Fault, ...]:
    """Find what breaks the profile in a status list with its proofs."""
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    return (*_LIST(unsigned, ""), *_proofs(credential.get("proof"), LIST_CONTEXT))


def _relations(credential: JsonObject) -> Iterator[Fault]:
    """Members that must agree with each other: everything hangs on the issuer's address."""
    match credential:
        case {
            "id": str(own),
            "issuer": {"id": str(did), "url": str(url)},
            "credentialSubject": {
                "achievement": {"resultDescription": [{"id": scale}]},
                "result": [{"resultDescription": scale_of_result}],
            },
            "credentialStatus": {"id": entry, "statusListIndex": str(index), "statusListCredential": list_url},
        }:
            prefix, _slash, serial = own.rpartition("/")
            if prefix != f"{url}/certificates" or read_serial(serial) != serial:
                yield Fault(Code.BAD_VALUE, "id")
            if _did_of(url) != did:
                yield Fault(Code.BAD_VALUE, "issuer.id")
            if scale != scale_of_result:
                yield Fault(Code.BAD_VALUE, "credentialSubject.result[0].resultDescription")
            if list_url != f"{url}/status/{Purpose.REVOCATION}" or entry != f"{list_url}#{index}":
                yield Fault(Code.BAD_VALUE, "credentialStatus")
        case _:
            yield Fault(Code.MISSING_MEMBER, "")


def _did_of(url: str) -> str | None:
    try:
        return did_web(url)
    except ValueError:
        return None


def _proofs(proofs: Json, context: Sequence[str]) -> Iterator[Fault]:
    if not isinstance(proofs, list) or len(proofs) != len(Suite):
        yield Fault(Code.PROOF_MISSING, "proof")
        return
    for place, (proof, suite) in enumerate(zip(proofs, Suite, strict=True)):
        if not isinstance(proof, dict) or proof.get("cryptosuite") != suite:
            yield Fault(Code.PROOF_MISSING, f"proof[{place}]")
            return
        members = {**_PROOF, "cryptosuite": _exactly(suite.value)}
        if suite is Suite.JCS:
            members["@context"] = _context(context)
        yield from _members(members)(proof, f"proof[{place}]")


def _members(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}

    def check(value: Json, path: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(Code.BAD_VALUE, path)
            return
        yield from (Fault(Code.UNKNOWN_MEMBER, _join(path, name)) for name in value if name not in known)
        yield from (Fault(Code.MISSING_MEMBER, _join(path, name)) for name in required if name not in value)
        for name, part in known.items():
            if name in value:
                yield from part(value[name], _join(path, name))

    return check


def _one(part: Check) -> Check:
    def check(value: Json, path: str) -> Iterator[Fault]:
        if isinstance(value, list) and len(value) == 1:
            yield from part(value[0], f"{path}[0]")
        else:
            yield Fault(Code.BAD_VALUE, path)

    return check


def _exactly(expected: Json) -> Check:
    # `1 == True` in Python; the canonical bytes tell them apart.
    return _when(lambda value: canonical(value) == canonical(expected))


def _context(expected: Sequence[str]) -> Check:
    return _when(lambda value: value == list(expected), Code.WRONG_CONTEXT)


def _matching(pattern: str, max_chars: int) -> Check:
    form = re.compile(pattern, re.ASCII)
    return _when(lambda value: isinstance(value, str) and len(value) <= max_chars and form.fullmatch(value) is not None)


def _text(max_chars: int) -> Check:
    return _when(lambda value: isinstance(value, str) and 0 < len(value) <= max_chars and not any(map(_is_hidden, value)))


def _is_hidden(character: str) -> bool:
    """Say whether a character could make a page show another name than is signed: controls, and turns of the direction.

    The joiners U+200C and U+200D stay allowed: some scripts need them.
    """
    return unicodedata.category(character) in {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"} or character in _DIRECTION


def _is_timestamp(value: Json) -> bool:
    try:
        read_timestamp(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


def _is_index(value: Json) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"0|[1-9][0-9]{0,7}", value)) and int(value) < ENTRIES_MAX


def _when(holds: Callable[[Json], bool], code: Code = Code.BAD_VALUE) -> Check:
    def check(value: Json, path: str) -> Iterator[Fault]:
        if not holds(value):
            yield Fault(code, path)

    return check


def _join(path: str, name: str) -> str:
    # A stranger chose the name: keep what goes into logs and reports short and printable.
    shown = "".join(character if character.isprintable() else "?" for character in name[:80])
    return f"{path}.{shown}" if path else shown


_DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_URL: Final = _matching(r"https?://[!-~]+", URL_MAX_CHARS)
_DID: Final = _matching(r"did:web:[A-Za-z0-9.%:_-]+", URL_MAX_CHARS)
_NUMBER: Final = _matching(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?", 14)
_TIMESTAMP: Final = _when(_is_timestamp)

_PROOF: Final[dict[str, Check]] = {
    "type": _exactly("DataIntegrityProof"),
    "created": _TIMESTAMP,
    "verificationMethod": _matching(r"did:web:[A-Za-z0-9.%:_-]+#[A-Za-z0-9._-]+", URL_MAX_CHARS),
    "proofPurpose": _exactly("assertionMethod"),
    "proofValue": _matching(r"z[1-9A-HJ-NP-Za-km-z]+", 100),
}

_ACHIEVEMENT: Final = _members(
    {
        "id": _URL,
        "type": _exactly(["Achievement"]),
        "achievementType": _exactly("Certification"),
        "name": _text(NAME_MAX_CHARS),
        "description": _text(TEXT_MAX_CHARS),
        "criteria": _members({"narrative": _text(TEXT_MAX_CHARS)}),
        "inLanguage": _matching(r"[a-z]{2,3}", 3),
        "resultDescription": _one(
            _members(
                {
                    "id": _URL,
                    "type": _exactly(["ResultDescription"]),
                    "name": _text(NAME_MAX_CHARS),
                    "resultType": _exactly("RawScore"),
                    "valueMin": _NUMBER,
                    "valueMax": _NUMBER,
                    "requiredValue": _NUMBER,
                }
            )
        ),
    }
)

_SUBJECT: Final = _members(
    {
        "type": _exactly(["AchievementSubject"]),
        "identifier": _one(
            _members(
                {
                    "type": _exactly("IdentityObject"),
                    "hashed": _exactly(False),
                    "identityHash": _text(NAME_MAX_CHARS),
                    "identityType": _exactly("name"),
                }
            )
        ),
        "achievement": _ACHIEVEMENT,
        "activityEndDate": _TIMESTAMP,
        "result": _one(_members({"type": _exactly(["Result"]), "resultDescription": _URL, "value": _NUMBER})),
    }
)

_CREDENTIAL: Final = _members(
    {
        "@context": _context(CONTEXT),
        "id": _URL,
        "type": _exactly(["VerifiableCredential", "OpenBadgeCredential"]),
        "name": _text(NAME_MAX_CHARS),
        "issuer": _members({"id": _DID, "type": _exactly(["Profile"]), "name": _text(NAME_MAX_CHARS), "url": _URL}),
        "validFrom": _TIMESTAMP,
        "awardedDate": _TIMESTAMP,
        "credentialSubject": _SUBJECT,
        "credentialStatus": _members(
            {
                "id": _URL,
                "type": _exactly("BitstringStatusListEntry"),
                "statusPurpose": _exactly(Purpose.REVOCATION.value),
                "statusListIndex": _when(_is_index),
                "statusListCredential": _URL,
            }
        ),
    },
    optional={"validUntil": _TIMESTAMP},
)

_LIST: Final = _members(
    {
        "@context": _context(LIST_CONTEXT),
        "id": _URL,
        "type": _exactly(["VerifiableCredential", "BitstringStatusListCredential"]),
        "issuer": _DID,
        "validFrom": _TIMESTAMP,
        "validUntil": _TIMESTAMP,
        "credentialSubject": _members(
            {
                "id": _URL,
                "type": _exactly("BitstringStatusList"),
                "statusPurpose": _when(lambda value: value in list(Purpose)),
                "encodedList": _matching(r"u[A-Za-z0-9_-]+", ENCODED_LIST_MAX_CHARS),
            }
        ),
    }
)
