"""A certificate for a wallet: an SD-JWT VC (RFC 9901; draft-ietf-oauth-sd-jwt-vc), ES256 by the document key.

The holder shows who he is and how many points he had, or keeps it to himself:

    header   {"alg": "ES256", "kid": "did:web:centre.example#document-2026-1", "typ": "dc+sd-jwt"}
    payload  {"iss": "https://centre.example", "vct": "https://centre.example/credentials/examination",
              "id": "https://centre.example/certificates/7K3QM9-…", "nbf": 1795426200, "exp": only if it ends,
              "sat": 1795419000,
              "achievement": {"code": "junior-software-developer", "name": "…", "levels": ["6.1"] if there are any},
              "cnf": {"jwk": the holder's key},
              "status": {"status_list": {"idx": 94567, "uri": "https://centre.example/status/tokens"}},
              "log": {"index": 41, "entry": "6f0c…"}, "_sd_alg": "sha-256", "_sd": [four digests]}
    withheld "name", "score": ["87.5", "100", "60"], "binding", "log_proof"

`entry` is the digest in the centre's log. Whoever sees name, score and `binding` makes it again; whoever does not cannot
try out names against it, because the binding is salted, and sees from `log_proof` that the entry is in the log.
"""

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from certificates.algorithm import SIGNATURE_BYTES, Algorithm, is_signed
from certificates.carriers.compact import Compact, compact_of, write_compact
from certificates.errors import Unreadable
from certificates.findings import Code
from certificates.issuer import did_web
from certificates.jwk import decode, encode, read_jwk
from certificates.log.entry import BINDING_BYTES, binding_of, issue_entry
from certificates.log.note import Note, read_note, write_note
from certificates.log.proof import InclusionProof, write_proof
from certificates.serial import read_serial
from certificates.strict_json import Json, JsonObject, canonical, read, read_object

MEDIA_TYPE: Final = "application/dc+sd-jwt"
TYPE: Final = "dc+sd-jwt"
TYPE_PATH: Final = "/credentials/examination"
STATUS_PATH: Final = "/status/tokens"
TEXT_MAX_CHARS: Final = 64 * 1024
"""Characters. One with everything in it has about 5,000."""

WITHHELD: Final = ("name", "score", "binding", "log_proof")
"""What the holder may keep to himself, in the order in which it is written."""

_SALT_BYTES: Final = 16  # RFC 9901, section 9.3: 128 bits
_SHORT_LINES: Final = frozenset({64, 8 + 64})  # Ed25519; lines of ML-DSA-44 are larger than all the rest
_BEGIN: Final = re.compile(r"eyJ[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+~", re.ASCII)
_ENTRY: Final = re.compile(r"[0-9a-f]{64}")
_ENTRY_PREFIX: Final = "sarap/v1 issue "
_SECONDS_MAX: Final = 253_402_300_799  # the last second of the year 9999
_UNKNOWN: Final = {"holder_name": "-", "points": "0", "maximum": "1", "required": "0"}


@dataclass(frozen=True, slots=True)
class HeldCredential:
    """An SD-JWT that was read. Nothing in it is believed before the signature was verified.

    `claims` has stand-ins for what the holder withheld; `shown` says what he did not.
    """

    claims: Compact
    shown: frozenset[str]
    method: str
    entry: bytes
    """the line in the log that it says it has"""
    binding: bytes | None
    log_proof: str | None
    holder_key: bytes
    signed: bytes
    signature: bytes
    key_binding: str | None
    """what the holder signed for whoever asked, if he did; `presented` is what that covers"""
    presented: bytes

    @property
    def is_whole(self) -> bool:
        """Say whether everything is shown that makes the entry in the log."""
        return {"name", "score", "binding"} <= self.shown

    @property
    def fits_its_entry(self) -> bool:
        """Say whether what is shown makes the entry that it names; True where too much is withheld to tell."""
        if self.binding is None or not self.is_whole:
            return True
        url = f"{self.claims.issuer_url}/certificates/{self.claims.serial}"
        return issue_entry(url, write_compact(self.claims), self.binding) == self.entry


def write_sd_jwt(
    credential: JsonObject,
    salt: bytes,
    proof: InclusionProof,
    holder: JsonObject,
    method: str,
    sign: Callable[[bytes], bytes],
) -> str:
    """Write and sign it for the wallet whose key is `holder`, a JWK. `credential` is unsigned, `salt` that of its entry."""
    claims = compact_of(credential)
    binding = binding_of(salt, canonical(credential))
    entry = issue_entry(str(credential["id"]), write_compact(claims), binding).decode()
    withheld: dict[str, Json] = {
        "name": claims.holder_name,
        "score": [claims.points, claims.maximum, claims.required],
        "binding": encode(binding),
        "log_proof": write_proof(replace(proof, checkpoint=_short(proof.checkpoint))),
    }
    disclosures = [encode(canonical([encode(secrets.token_bytes(_SALT_BYTES)), name, withheld[name]])) for name in WITHHELD]
    payload: JsonObject = {
        **_always(claims, str(credential["id"])),
        "cnf": {"jwk": holder},
        "log": {"index": proof.index, "entry": entry.removeprefix(_ENTRY_PREFIX)},
        "_sd_alg": "sha-256",
        "_sd": [*sorted(map(_digest, disclosures))],
    }
    signed = f"{encode(canonical(_header(method)))}.{encode(canonical(payload))}"
    return "~".join((f"{signed}.{encode(sign(signed.encode()))}", *disclosures, ""))


def is_sd_jwt(text: str) -> bool:
    """Say whether `text` begins like an SD-JWT: three parts and a tilde."""
    return _BEGIN.match(text) is not None


def read_sd_jwt(text: str) -> HeldCredential:
    """Read what a holder shows. Raises `Unreadable` for anything that `write_sd_jwt` would not have written."""
    try:
        return _read(text)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise Unreadable(Code.JWT_UNREADABLE, str(error)[:200]) from error


def signature_holds(held: HeldCredential, public_key: bytes) -> bool:
    """Say whether `public_key` (65 bytes: an uncompressed point on P-256) signed it. Pure mathematics."""
    return is_signed(Algorithm.ES256, public_key, held.signature, held.signed)


def holder_signed(held: HeldCredential) -> bool:
    """Say whether the key binding, if there is one, is by the holder's key and over what is shown (RFC 9901, section 7.3).

    For whom and when is for whoever asked the holder to check: a stranger who is handed the text cannot.
    """
    if held.key_binding is None:
        return True
    signed, _dot, signature = held.key_binding.rpartition(".")
    try:
        header, payload = (read_object(decode(part)) for part in signed.split("."))
        given = decode(signature)
    except (ValueError, Unreadable):
        return False
    return (
        header == {"alg": "ES256", "typ": "kb+jwt"}
        and payload.get("sd_hash") == encode(hashlib.sha256(held.presented).digest())
        and is_signed(Algorithm.ES256, held.holder_key, given, signed.encode())
    )


def _always(claims: Compact, own: str) -> JsonObject:
    achievement: JsonObject = {"code": claims.achievement_code, "name": claims.achievement}
    if claims.levels:
        achievement["levels"] = [*claims.levels]
    members: JsonObject = {
        "iss": claims.issuer_url,
        "vct": claims.issuer_url + TYPE_PATH,
        "id": own,
        "nbf": int(claims.awarded_at.timestamp()),
        "sat": int(claims.sat_at.timestamp()),
        "achievement": achievement,
        "status": {"status_list": {"idx": claims.status_index, "uri": claims.issuer_url + STATUS_PATH}},
    }
    return members if claims.valid_until is None else {**members, "exp": int(claims.valid_until.timestamp())}


def _read(text: str) -> HeldCredential:
    token, *disclosures, key_binding = text.split("~")
    signed, _dot, signature = token.rpartition(".")
    written_header, written_payload = signed.split(".")
    header, payload = read_object(decode(written_header)), read_object(decode(written_payload))
    method = header.get("kid")
    if not isinstance(method, str) or header != _header(method):
        raise ValueError("another header than ours")
    if len(given := decode(signature)) != SIGNATURE_BYTES:
        raise ValueError(f"a signature of {len(given)} bytes")
    shown = _disclosed(payload, disclosures)
    claims, entry, holder_key = _claims(payload, shown)
    binding = None if "binding" not in shown else decode(str(shown["binding"]))
    if binding is not None and len(binding) != BINDING_BYTES:
        raise ValueError("not a binding")
    return HeldCredential(
        claims=claims,
        shown=frozenset(shown),
        method=method,
        entry=entry,
        binding=binding,
        log_proof=None if "log_proof" not in shown else _text(shown["log_proof"]),
        holder_key=holder_key,
        signed=signed.encode(),
        signature=given,
        key_binding=key_binding or None,
        presented=text.removesuffix(key_binding).encode(),
    )


def _disclosed(payload: JsonObject, disclosures: list[str]) -> Mapping[str, Json]:
    """What the holder shows, by name. Each must be one that the issuer signed, once, and nothing else."""
    digests = list(map(_text, _array(payload.get("_sd"))))
    if payload.get("_sd_alg") != "sha-256" or len(set(digests)) != len(digests) or len(digests) != len(WITHHELD):
        raise ValueError("not the digests of a certificate")
    shown: dict[str, Json] = {}
    for written in disclosures:
        parts = read(decode(written))
        if _digest(written) not in digests:
            raise ValueError("something is shown that was not signed")
        _salt, name, value = _array(parts)
        if not isinstance(name, str) or name not in WITHHELD or name in shown:
            raise ValueError("something is shown twice, or that no certificate has")
        shown[name] = value
    return shown


def _claims(payload: JsonObject, shown: Mapping[str, Json]) -> tuple[Compact, bytes, bytes]:
    """Read the claims, and hold the whole payload against what we would have written of them: nothing more, nothing less."""
    document: Any = payload
    achievement, log = document["achievement"], document["log"]
    url, _slash, serial = _text(document["id"]).rpartition("/certificates/")
    number, status_index = read_serial(serial), document["status"]["status_list"]["idx"]
    if number is None or url != document["iss"] or not _ENTRY.fullmatch(log["entry"]) or type(log["index"]) is not int:
        raise ValueError("not the number of a certificate")
    if type(status_index) is not int:
        raise TypeError("not a place in a list")
    did_web(url)
    points, maximum, required = _score(shown["score"]) if "score" in shown else list(_UNKNOWN.values())[1:]
    claims = Compact(
        issuer_url=url,
        serial=number,
        holder_name=_text(shown["name"]) if "name" in shown else _UNKNOWN["holder_name"],
        achievement_code=_text(achievement["code"]),
        achievement=_text(achievement["name"]),
        points=points,
        maximum=maximum,
        required=required,
        sat_at=_moment(document["sat"]),
        awarded_at=_moment(document["nbf"]),
        valid_until=_moment(document["exp"]) if "exp" in document else None,
        status_index=status_index,
        levels=tuple(map(_text, achievement.get("levels", ()))),
    )
    holder: Any = document["cnf"]
    holder_key = read_jwk(holder["jwk"])
    expected: JsonObject = {
        **_always(claims, document["id"]),
        "cnf": {"jwk": holder_jwk(holder_key)},
        "log": {"index": log["index"], "entry": log["entry"]},
        "_sd_alg": "sha-256",
        "_sd": document["_sd"],
    }
    if canonical(payload) != canonical(expected):
        raise ValueError("it says more or less than a certificate does")
    return claims, (_ENTRY_PREFIX + log["entry"]).encode(), holder_key


def holder_jwk(public_key: bytes) -> JsonObject:
    """Write a holder's key: its coordinates and nothing that would tell anything of the holder."""
    return {"kty": "EC", "crv": "P-256", "x": encode(public_key[1:33]), "y": encode(public_key[33:])}


def _short(checkpoint: str) -> str:
    note = read_note(checkpoint)
    return write_note(Note(note.text, tuple(line for line in note.signatures if len(line.data) in _SHORT_LINES)))


def _header(method: str) -> JsonObject:
    return {"alg": "ES256", "kid": method, "typ": TYPE}


def _digest(disclosure: str) -> str:
    return encode(hashlib.sha256(disclosure.encode()).digest())


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("a text was expected")
    return value


def _array(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise TypeError("an array was expected")
    return value


def _score(value: Json) -> tuple[str, str, str]:
    points, maximum, required = map(_text, _array(value))
    return points, maximum, required


def _moment(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _SECONDS_MAX:
        raise TypeError("a moment in seconds was expected")
    return datetime.fromtimestamp(value, UTC)
