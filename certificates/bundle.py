r"""The certificate file: everything that a stranger needs, and the centre's keys excepted, nothing that he must trust.

    {"format": "sarap-certificate/1",
     "credential": {…, "proof": [{…}, {…}]},          an Open Badges 3.0 credential; other verifiers take this member alone
     "log": {"salt": "b1946ac9…",                      64 hexadecimal digits, see `log/entry.py`
             "proof": "c2sp.org/tlog-proof@v1\nindex 41\n…"},
     "status": [{…}, {…}]}                             the revocation and the suspension list as of the download

Media type `application/vnd.sarap.certificate+json`, file name `<serial>.sarap.json`. The lists are a snapshot: a newer one may
take their place at any time, because each carries its own proofs.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from certificates.errors import Unreadable
from certificates.findings import Code
from certificates.log.entry import SALT_BYTES
from certificates.strict_json import JsonObject, canonical, read_object

MEDIA_TYPE: Final = "application/vnd.sarap.certificate+json"
FORMAT: Final = "sarap-certificate/1"
_FORMAT_FAMILY: Final = "sarap-certificate/"
STATUS_LISTS_MAX: Final = 4
"""Lists. Two are needed; checking one costs some milliseconds, so a file cannot bring a hundred."""
_SALT: Final = re.compile(rf"[0-9a-f]{{{2 * SALT_BYTES}}}")


@dataclass(frozen=True, slots=True)
class Bundle:
    """A certificate file in memory. Nothing in it is believed before it is verified."""

    credential: JsonObject
    salt: bytes
    log_proof: str
    status: tuple[JsonObject, ...]

    def with_log_proof(self, proof: str) -> "Bundle":
        """Return the same certificate with another proof of the same log entry."""
        return replace(self, log_proof=proof)

    def with_status(self, lists: Sequence[JsonObject]) -> "Bundle":
        """Return the same certificate with newer status lists."""
        return replace(self, status=tuple(lists))


def write_bundle(bundle: Bundle) -> bytes:
    """Write the file. The same bundle is always the same bytes."""
    return canonical(
        {
            "format": FORMAT,
            "credential": bundle.credential,
            "log": {"salt": bundle.salt.hex(), "proof": bundle.log_proof},
            "status": list(bundle.status),
        }
    )


def read_bundle(data: bytes) -> Bundle:
    """Read a file. Raises `Unreadable` with the finding that tells an employer why it is not a certificate file."""
    document = read_object(data)
    if "credentialSubject" in document:
        raise Unreadable(Code.BARE_CREDENTIAL)
    match document.get("format"):
        case str(name) if name == FORMAT:
            pass
        case str(name) if name.startswith(_FORMAT_FAMILY):
            raise Unreadable(Code.UNKNOWN_FORMAT, name[:80])
        case _:
            raise Unreadable(Code.NOT_A_CERTIFICATE, "no format")
    if unknown := document.keys() - {"format", "credential", "log", "status"}:
        raise Unreadable(Code.NOT_A_CERTIFICATE, f"unknown member {min(unknown)[:80]!r}")
    match document:
        case {
            "credential": dict() as credential,
            "log": {"salt": str(salt), "proof": str(proof), **more},
            "status": list(lists),
        } if not more and _SALT.fullmatch(salt):
            status = tuple(entry for entry in lists if isinstance(entry, dict))
            if len(status) == len(lists) <= STATUS_LISTS_MAX:
                return Bundle(credential, bytes.fromhex(salt), proof, status)
        case _:
            pass
    raise Unreadable(Code.NOT_A_CERTIFICATE, "a part is missing or has the wrong form")
