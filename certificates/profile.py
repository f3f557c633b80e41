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
from functools import cache
from typing import Final

from certificates.assurance import ASSURANCE_GENRE, RECORDS_GENRE, Topic, is_word
from certificates.carriers.compact import COMPACT_MAX_BYTES, Compact, compact_claims
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
ALIGNMENTS_MAX: Final = 8  # a national level, a standard, an occupation, and room
PARTS_MAX: Final = 21  # the whole score and twenty parts
LEVEL_CODE_MAX_CHARS: Final = 40  # the code of a level in its framework, e.g. `B.1-2`
ENCODED_LIST_MAX_CHARS: Final = 700_000  # of a list of a million entries of which half are set, and room


@dataclass(frozen=True, slots=True)
class Fault:
    """One place that breaks the profile: `bad-value at credentialSubject.result[0].value`."""

    code: Code
    path: str

    def __str__(self) -> str:
        """Write it for logs and reports."""
        return f"{self.code} at {self.path}" if self.path else self.code.value


@dataclass(frozen=True, slots=True)
class Check:
    """A rule for a value: whether it `holds`, which is quick, and where it is broken, which is asked only then."""

    holds: Callable[[Json], bool]
    broken: Callable[[Json, str], Iterator[Fault]]

    def __call__(self, value: Json, path: str) -> Iterator[Fault]:
        """Find what breaks the rule."""
        return iter(()) if self.holds(value) else self.broken(value, path)


def lint(credential: JsonObject) -> tuple[Fault, ...]:
    """Find everything that forbids to issue `credential` (without proofs)."""
    faults = [*_CREDENTIAL(credential, "")]
    if not faults:
        faults += _relations(credential)
    if not faults and len(compact_claims(credential)) > COMPACT_MAX_BYTES:
        faults.append(Fault(Code.BAD_VALUE, "compact claims"))
    if len(canonical(credential)) > CREDENTIAL_MAX_BYTES:
        faults.append(Fault(Code.BAD_VALUE, "size"))
    return (*faults, *(Fault(Code.UNKNOWN_MEMBER, term) for term in undefined_terms(credential)))


def credential_faults(credential: JsonObject) -> tuple[Fault, ...]:
    """Find what breaks the profile in a credential with its proofs. The proofs themselves are not checked here."""
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    faults = [*_CREDENTIAL(unsigned, ""), *_proofs(credential.get("proof"), CONTEXT)]
    return tuple(faults or _relations(unsigned))


def unsigned_faults(credential: JsonObject) -> tuple[Fault, ...]:
    """Find what breaks the profile in a credential that a token carries, which has no proofs in it."""
    faults = [*_CREDENTIAL(credential, "")]
    return tuple(faults or _relations(credential))


def compact_faults(claims: Compact) -> tuple[Fault, ...]:
    """Find what breaks the profile in the claims of a code."""
    said: dict[str, tuple[Check, Json]] = {
        "issuer.url": (_URL, claims.issuer_url),
        "identityHash": (_text(NAME_MAX_CHARS), claims.holder_name),
        "achievement.id": (_matching(r"[A-Za-z0-9._~-]+", URL_MAX_CHARS), claims.achievement_code),
        "achievement.name": (_text(NAME_MAX_CHARS), claims.achievement),
        "result.value": (_NUMBER, claims.points),
        "valueMax": (_NUMBER, claims.maximum),
        "requiredValue": (_NUMBER, claims.required),
        "statusListIndex": (_when(_is_index), str(claims.status_index)),
    }
    faults = [fault for path, (check, value) in said.items() for fault in check(value, path)]
    faults += [fault for level in claims.levels for fault in _LEVEL_CODE(level, "targetCode")]
    return tuple(faults)


def status_list_faults(credential: JsonObject) -> tuple[Fault, ...]:
    """Find what breaks the profile in a status list with its proofs."""
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    return (*_LIST(unsigned, ""), *_proofs(credential.get("proof"), LIST_CONTEXT))


def unsigned_list_faults(credential: JsonObject) -> tuple[Fault, ...]:
    """Find what breaks the profile in a status list that is signed from outside, as a JWT."""
    return tuple(_LIST(credential, ""))


def _relations(credential: JsonObject) -> Iterator[Fault]:
    """Members that must agree with each other: everything hangs on the issuer's address."""
    match credential:
        case {
            "id": str(own),
            "issuer": {"id": str(did), "url": str(url)},
            "credentialSubject": {
                "id": subject,
                "achievement": {"id": str(achievement), "resultDescription": list(scales)},
                "result": list(results),
            },
            "credentialStatus": {"id": entry, "statusListIndex": str(index), "statusListCredential": list_url},
        }:
            prefix, _slash, serial = own.rpartition("/")
            if prefix != f"{url}/certificates" or read_serial(serial) != serial:
                yield Fault(Code.BAD_VALUE, "id")
            if subject != f"{own}#holder":
                yield Fault(Code.BAD_VALUE, "credentialSubject.id")
            if not re.fullmatch(r"[A-Za-z0-9._~-]+", achievement.removeprefix(f"{url}/schemes/")):
                yield Fault(Code.BAD_VALUE, "credentialSubject.achievement.id")
            if _did_of(url) != did:
                yield Fault(Code.BAD_VALUE, "issuer.id")
            yield from _parts(achievement, scales, results)
            yield from _evidence(own, credential.get("evidence"))
            if list_url != f"{url}/status/{Purpose.REVOCATION}" or entry != f"{list_url}#{index}":
                yield Fault(Code.BAD_VALUE, "credentialStatus")
        case _:
            yield Fault(Code.MISSING_MEMBER, "")


def _parts(achievement: str, scales: Sequence[Json], results: Sequence[Json]) -> Iterator[Fault]:
    """The whole score first, then each part of the exam; every scale has its result, in the same order."""
    for place, scale in enumerate(scales):
        address = f"{achievement}#part-{place}" if place else f"{achievement}#score"
        if not isinstance(scale, dict) or scale["id"] != address:
            yield Fault(Code.BAD_VALUE, f"credentialSubject.achievement.resultDescription[{place}].id")
    for place, result in enumerate(results):
        address = f"{achievement}#part-{place}" if place else f"{achievement}#score"
        if not isinstance(result, dict) or result["resultDescription"] != address:
            yield Fault(Code.BAD_VALUE, f"credentialSubject.result[{place}].resultDescription")
    if len(scales) != len(results):
        yield Fault(Code.BAD_VALUE, "credentialSubject.result")


def _evidence(own: str, entries: Json) -> Iterator[Fault]:
    """Each line of the label at most once, in its order, then the records; with words that the label has."""
    order = [*((f"{own}#{topic}", ASSURANCE_GENRE) for topic in Topic), (f"{own}#{RECORDS_GENRE}", RECORDS_GENRE)]
    last = -1
    for place, entry in enumerate(entries if isinstance(entries, list) else []):
        path = f"evidence[{place}]"
        known = (str(entry["id"]), str(entry["genre"])) if isinstance(entry, dict) else ("", "")
        if not isinstance(entry, dict) or known not in order or order.index(known) <= last:
            yield Fault(Code.BAD_VALUE, path)
            return
        last = order.index(known)
        topic, word = known[0].rpartition("#")[2], str(entry["narrative"])
        right = re.fullmatch(r"[0-9a-f]{64}", word) is not None if topic == RECORDS_GENRE else is_word(topic, word)
        if not right:
            yield Fault(Code.BAD_VALUE, f"{path}.narrative")


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
        yield from _proof(suite, tuple(context))(proof, f"proof[{place}]")


@cache
def _proof(suite: Suite, context: tuple[str, ...]) -> Check:
    members = {**_PROOF, "cryptosuite": _exactly(suite.value)}
    if suite is Suite.JCS:
        members["@context"] = _context(context)
    return _members(members)


def _members(required: dict[str, Check], optional: dict[str, Check] | None = None) -> Check:
    known = {**required, **(optional or {})}
    parts = {name: check.holds for name, check in known.items()}

    def holds(value: Json) -> bool:
        if not isinstance(value, dict) or not required.keys() <= value.keys():
            return False
        try:
            return all(parts[name](part) for name, part in value.items())
        except KeyError:
            return False

    def broken(value: Json, path: str) -> Iterator[Fault]:
        if not isinstance(value, dict):
            yield Fault(Code.BAD_VALUE, path)
            return
        yield from (Fault(Code.UNKNOWN_MEMBER, _join(path, name)) for name in value if name not in known)
        yield from (Fault(Code.MISSING_MEMBER, _join(path, name)) for name in required if name not in value)
        for name, part in known.items():
            if name in value:
                yield from part(value[name], _join(path, name))

    return Check(holds, broken)


def _one(part: Check) -> Check:
    def holds(value: Json) -> bool:
        return isinstance(value, list) and len(value) == 1 and part.holds(value[0])

    def broken(value: Json, path: str) -> Iterator[Fault]:
        if isinstance(value, list) and len(value) == 1:
            yield from part(value[0], f"{path}[0]")
        else:
            yield Fault(Code.BAD_VALUE, path)

    return Check(holds, broken)


def _several(part: Check, most: int) -> Check:
    def holds(value: Json) -> bool:
        return isinstance(value, list) and 0 < len(value) <= most and all(map(part.holds, value))

    def broken(value: Json, path: str) -> Iterator[Fault]:
        if isinstance(value, list) and 0 < len(value) <= most:
            for place, entry in enumerate(value):
                yield from part(entry, f"{path}[{place}]")
        else:
            yield Fault(Code.BAD_VALUE, path)

    return Check(holds, broken)


def _exactly(expected: Json) -> Check:
    if isinstance(expected, str):
        return _when(lambda value: value == expected)
    # `1 == True` in Python; the canonical bytes tell them apart.
    written = canonical(expected)
    texts = isinstance(expected, list) and all(isinstance(entry, str) for entry in expected)
    return _when(lambda value: value == expected and (texts or canonical(value) == written))


def _context(expected: Sequence[str]) -> Check:
    return _when(lambda value: value == list(expected), Code.WRONG_CONTEXT)


def _matching(pattern: str, max_chars: int) -> Check:
    form = re.compile(pattern, re.ASCII)
    return _when(lambda value: isinstance(value, str) and len(value) <= max_chars and form.fullmatch(value) is not None)


def _text(max_chars: int) -> Check:
    return _when(lambda value: isinstance(value, str) and 0 < len(value) <= max_chars and _is_open(value))


def _is_open(text: str) -> bool:
    # What Python calls printable is neither a control nor a turn of the direction: nothing to look for, letter by letter.
    return text.isprintable() or not any(map(_is_hidden, text))


def _is_hidden(character: str) -> bool:
    """Say whether a character could make a page show another name than is signed: controls, and turns of the direction.

    The joiners U+200C and U+200D stay allowed: some scripts need them. So does what is not assigned yet: which characters those
    are depends on the Unicode of whoever looks, and a name must not be good in one verifier and bad in another.
    """
    return (
        unicodedata.category(character) in {"Cc", "Cs", "Co", "Zl", "Zp"}
        or character in _DIRECTION
        or ord(character) & 0xFFFE == 0xFFFE  # these and the next never become characters
        or "\ufdd0" <= character <= "\ufdef"
    )


def _is_timestamp(value: Json) -> bool:
    try:
        read_timestamp(value if isinstance(value, str) else "")
    except ValueError:
        return False
    return True


def _is_index(value: Json) -> bool:
    return isinstance(value, str) and bool(re.fullmatch(r"0|[1-9][0-9]{0,7}", value)) and int(value) < ENTRIES_MAX


def _when(holds: Callable[[Json], bool], code: Code = Code.BAD_VALUE) -> Check:
    def broken(value: Json, path: str) -> Iterator[Fault]:
        if not holds(value):
            yield Fault(code, path)

    return Check(holds, broken)


def _join(path: str, name: str) -> str:
    # A stranger chose the name: keep what goes into logs and reports short and printable.
    shown = name[:80]
    if not shown.isprintable():
        shown = "".join(character if character.isprintable() else "?" for character in shown)
    return f"{path}.{shown}" if path else shown


_DIRECTION: Final = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_URL: Final = _matching(r"https?://[!-~]+", URL_MAX_CHARS)
_DID: Final = _matching(r"did:web:[A-Za-z0-9.%:_-]+", URL_MAX_CHARS)
_LEVEL_CODE: Final = _matching(r"[!-~]([ -~]*[!-~])?", LEVEL_CODE_MAX_CHARS)
_NUMBER: Final = _matching(r"(0|[1-9][0-9]{0,8})(\.[0-9]{1,4})?", 14)
_TIMESTAMP: Final = _when(_is_timestamp)

_PROOF: Final[dict[str, Check]] = {
    "type": _exactly("DataIntegrityProof"),
    "created": _TIMESTAMP,
    "verificationMethod": _matching(r"did:web:[A-Za-z0-9.%:_-]+#[A-Za-z0-9._-]+", URL_MAX_CHARS),
    "proofPurpose": _exactly("assertionMethod"),
    "proofValue": _matching(r"z[1-9A-HJ-NP-Za-km-z]+", 100),
}

_ALIGNMENTS: Final = _several(
    _members(
        {
            "type": _exactly(["Alignment"]),
            "targetFramework": _text(NAME_MAX_CHARS),
            "targetCode": _LEVEL_CODE,
            "targetName": _text(NAME_MAX_CHARS),
            "targetUrl": _URL,
        }
    ),
    ALIGNMENTS_MAX,
)

_EVIDENCE: Final = _several(
    _members(
        {
            "id": _URL,
            "type": _exactly(["Evidence"]),
            "genre": _text(NAME_MAX_CHARS),
            "name": _text(NAME_MAX_CHARS),
            "narrative": _text(NAME_MAX_CHARS),
            "description": _text(TEXT_MAX_CHARS),
        }
    ),
    len(Topic) + 1,
)

_ACHIEVEMENT: Final = _members(
    {
        "id": _URL,
        "type": _exactly(["Achievement"]),
        "achievementType": _exactly("Certification"),
        "name": _text(NAME_MAX_CHARS),
        "description": _text(TEXT_MAX_CHARS),
        "criteria": _members({"narrative": _text(TEXT_MAX_CHARS)}),
        "inLanguage": _matching(r"[a-z]{2,3}", 3),
        "resultDescription": _several(
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
            ),
            PARTS_MAX,
        ),
    },
    optional={"alignment": _ALIGNMENTS},
)

_SUBJECT: Final = _members(
    {
        "id": _URL,
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
        "result": _several(
            _members(
                {"type": _exactly(["Result"]), "resultDescription": _URL, "value": _NUMBER}, optional={"alignment": _ALIGNMENTS}
            ),
            PARTS_MAX,
        ),
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
    optional={"validUntil": _TIMESTAMP, "evidence": _EVIDENCE},
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
