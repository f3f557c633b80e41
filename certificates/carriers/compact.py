"""What a certificate says, short enough for a code on paper: a map in deterministic CBOR (RFC 8949, section 4.2.1).

In diagnostic notation, with the claim keys of CWT (RFC 8392, section 4) and one of our own from the range for private use:

    {1: "https://centre.example",                      issuer: its address, from which its identifier follows
     4: 1826703000,                                    valid until, only if the credential says so
     5: 1795426200,                                    valid from: seconds since 1970
     7: h'39c76a75…',                                  number: the 80 random bits of the serial
     -65537: {1: "Айгерім Сәтбаева",                   holder
              2: "junior-software-developer",          code of the achievement
              3: "Junior software developer",          its name
              4: ["87.5", "100", "60"],                points, the most that could be had, the least that was needed
              5: 1795419000,                           when it was sat
              6: 94567,                                place in the status lists
              7: ["6.1"]}}                             codes of the levels it is aligned to, only if there are any

The map is a pure function of the unsigned credential: whoever has the certificate file makes the same bytes, and the entry in
the log commits to both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import cbor2

from certificates.serial import Serial, serial_bytes, serial_of_bytes
from certificates.strict_json import JsonObject
from certificates.timestamp import read_timestamp

COMPACT_MAX_BYTES: Final = 1024
"""Bytes. The claims have some 170. With more than this the second code would not fit into the largest QR code."""

_ISSUER, _UNTIL, _FROM, _NUMBER, _OWN = 1, 4, 5, 7, -65537
_HOLDER, _CODE, _NAME, _SCORE, _SAT, _PLACE, _LEVELS = 1, 2, 3, 4, 5, 6, 7
_SECONDS_MAX: Final = 253_402_300_799  # the last second of the year 9999: what a timestamp can write


@dataclass(frozen=True, slots=True)
class Compact:
    """The claims in memory."""

    issuer_url: str
    serial: Serial
    holder_name: str
    achievement_code: str
    achievement: str
    points: str
    maximum: str
    required: str
    sat_at: datetime
    awarded_at: datetime
    valid_until: datetime | None
    status_index: int
    levels: tuple[str, ...] = ()


def compact_of(credential: JsonObject) -> Compact:
    """Take the claims out of a credential, signed or not, that has passed `profile`."""
    document: Any = credential
    subject = document["credentialSubject"]
    achievement = subject["achievement"]
    scale = achievement["resultDescription"][0]
    return Compact(
        issuer_url=document["issuer"]["url"],
        serial=Serial(document["id"].rpartition("/")[2]),
        holder_name=subject["identifier"][0]["identityHash"],
        achievement_code=achievement["id"].rpartition("/")[2],
        achievement=achievement["name"],
        points=subject["result"][0]["value"],
        maximum=scale["valueMax"],
        required=scale["requiredValue"],
        sat_at=read_timestamp(subject["activityEndDate"]),
        awarded_at=read_timestamp(document["validFrom"]),
        valid_until=read_timestamp(document["validUntil"]) if "validUntil" in document else None,
        status_index=int(document["credentialStatus"]["statusListIndex"]),
        levels=tuple(entry["targetCode"] for entry in achievement.get("alignment", ()) if "targetCode" in entry),
    )


def compact_claims(credential: JsonObject) -> bytes:
    """Write the claims of a credential that has passed `profile`. The same credential always gives the same bytes."""
    return write_compact(compact_of(credential))


def write_compact(claims: Compact) -> bytes:
    """Write claims. Keys are in the order of their encoded bytes, lengths are the shortest, nothing is of indefinite length."""
    own: dict[int, object] = {
        _HOLDER: claims.holder_name,
        _CODE: claims.achievement_code,
        _NAME: claims.achievement,
        _SCORE: [claims.points, claims.maximum, claims.required],
        _SAT: _seconds(claims.sat_at),
        _PLACE: claims.status_index,
    }
    if claims.levels:
        own[_LEVELS] = list(claims.levels)
    written: dict[int, object] = {
        _ISSUER: claims.issuer_url,
        _FROM: _seconds(claims.awarded_at),
        _NUMBER: serial_bytes(claims.serial),
        _OWN: own,
    }
    if claims.valid_until is not None:
        written[_UNTIL] = _seconds(claims.valid_until)
    # `canonical` sorts keys by length and then by bytes (RFC 7049); for these keys that is the order of RFC 8949 too.
    return cbor2.dumps(written, canonical=True)


def read_compact(data: bytes) -> Compact:
    """Read claims. Raises `ValueError` for anything that `write_compact` would not have written, byte for byte."""
    try:
        claims = _read(_decoded(data))
    except (cbor2.CBORError, LookupError, TypeError, ValueError, OverflowError) as error:
        msg = f"not the claims of a certificate: {error}"[:200]
        raise ValueError(msg) from error
    if write_compact(claims) != data:
        msg = "not the claims of a certificate: there is more than one way to write them"
        raise ValueError(msg)
    return claims


def _decoded(data: bytes) -> Mapping[Any, Any]:
    if len(data) > COMPACT_MAX_BYTES:
        msg = f"{len(data)} bytes"
        raise ValueError(msg)
    value: object = cbor2.loads(data)
    return _map(value)


def _read(claims: Mapping[Any, Any]) -> Compact:
    own = _map(claims[_OWN])
    points, maximum, required = _texts(own[_SCORE])
    return Compact(
        issuer_url=_text(claims[_ISSUER]),
        serial=serial_of_bytes(_bytes(claims[_NUMBER])),
        holder_name=_text(own[_HOLDER]),
        achievement_code=_text(own[_CODE]),
        achievement=_text(own[_NAME]),
        points=points,
        maximum=maximum,
        required=required,
        sat_at=_moment(own[_SAT]),
        awarded_at=_moment(claims[_FROM]),
        valid_until=_moment(claims[_UNTIL]) if _UNTIL in claims else None,
        status_index=_number(own[_PLACE]),
        levels=_texts(own[_LEVELS]) if _LEVELS in own else (),
    )


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _moment(value: object) -> datetime:
    seconds = _number(value)
    if seconds > _SECONDS_MAX:
        msg = "a moment after the year 9999"
        raise ValueError(msg)
    return datetime.fromtimestamp(seconds, UTC)


def _map(value: object) -> Mapping[Any, Any]:
    if not isinstance(value, Mapping):
        msg = "a map was expected"
        raise TypeError(msg)
    return value  # pyright: ignore[reportUnknownVariableType]


def _text(value: object) -> str:
    if not isinstance(value, str):
        msg = "a text was expected"
        raise TypeError(msg)
    return value


def _texts(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        msg = "an array was expected"
        raise TypeError(msg)
    return tuple(map(_text, value))  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]


def _bytes(value: object) -> bytes:
    if not isinstance(value, bytes):
        msg = "bytes were expected"
        raise TypeError(msg)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        msg = "a whole number was expected"
        raise TypeError(msg)
    return value
