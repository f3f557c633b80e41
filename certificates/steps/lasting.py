"""Steps 7 to 9: the certificate has begun and not ended, no status list marks it, and the lists speak for the present."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from certificates.carriers.jwt import Token, is_token, read_token, token_holds
from certificates.credential import Summary
from certificates.data_integrity import Suite, proof_holds
from certificates.errors import Unreadable
from certificates.findings import Code, Step
from certificates.profile import Fault, status_list_faults, unsigned_list_faults
from certificates.reasons import NUMBER_BITS, Reason, reason_of
from certificates.status_list import NEEDED, Purpose, decode_list, is_marked, number_at
from certificates.steps.book import Book, Failed
from certificates.steps.signer import counting_key, counting_keys
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp
from certificates.trust import CLOCK_SKEW, TrustedIssuer

REMEMBERED_MAX: Final = 8
"""Status lists that were checked already and are not checked again: files that are checked together mostly carry the same ones.
A list takes up to two megabytes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the steps up to the log have shown, and where the status is found."""

    certificate: Summary
    issuer: TrustedIssuer
    status_index: int
    lists: tuple[JsonObject, ...] | None
    """the lists that came with it; None: this carrier brings none"""


@dataclass(frozen=True, slots=True)
class _List:
    bits: bytes
    valid_from: datetime
    valid_until: datetime


def check_lasting(book: Book, shown: Shown, newer_lists: Sequence[bytes], now: datetime) -> None:
    """Do the three steps. Whatever they find, the certificate is authentic."""
    # 7. period
    book.may(Step.PERIOD, _check_period, shown.certificate, now)
    if shown.lists is None and not newer_lists:
        book.unshown(Step.STATUS, Code.STATUS_NOT_SHOWN)
        return
    # 8. status
    lists = book.must(Step.STATUS, _newest_lists, shown, newer_lists, now)
    messages = lists.pop(Purpose.MESSAGE, None)
    book.status_as_of = min(found.valid_from for found in lists.values())
    book.status_until = min(found.valid_until for found in lists.values())
    book.reason = _reason(messages, shown.status_index)
    book.may(Step.STATUS, _check_marks, shown.status_index, lists)
    # 9. freshness
    book.may(Step.FRESHNESS, _check_freshness, lists, now)


def _check_period(certificate: Summary, now: datetime) -> None:
    if certificate.awarded_at > now + CLOCK_SKEW:
        raise Failed(Code.NOT_YET_VALID)
    if certificate.valid_until is not None and certificate.valid_until <= now:
        raise Failed(Code.EXPIRED)


def _newest_lists(shown: Shown, newer_lists: Sequence[bytes], now: datetime) -> dict[Purpose, _List]:
    """The newest list of each purpose. Every list that was given must be right: a forged one is never just passed over."""
    newest: dict[Purpose, _List] = {}
    withdrawn: set[str] = set()
    for document in (*(shown.lists or ()), *map(_read_list, newer_lists)):
        purpose, found = _check_list(document, shown.certificate.issuer_url, shown.issuer, now)
        if found is None:
            withdrawn.add(purpose)  # whoever stole the key can have made it: it says nothing, and another may say something
        elif purpose not in newest or found.valid_from > newest[purpose].valid_from:
            newest[purpose] = found
    for purpose in NEEDED:
        if purpose not in newest:
            raise Failed(Code.STATUS_LIST_KEY_REVOKED if purpose in withdrawn else Code.STATUS_LIST_MISSING, purpose)
    return newest


def _read_list(data: bytes) -> JsonObject | Token:
    """A list as it is published: with its two proofs, or as a JWT."""
    try:
        text = data.decode("ascii", "replace").strip()
        return read_token(text) if is_token(text) else read_object(data)
    except Unreadable as error:
        raise Failed(Code.STATUS_LIST_UNREADABLE, str(error)) from error


def _check_list(
    source: JsonObject | Token, issuer_url: str, issuer: TrustedIssuer, now: datetime
) -> tuple[Purpose, _List | None]:
    """Read a list and check it; None in its place if the key that signed it was withdrawn since."""
    written = b"" if isinstance(source, Token) else canonical(source)
    document: Any = source.credential if isinstance(source, Token) else source
    if faults := unsigned_list_faults(document) if isinstance(source, Token) else _faults(written):
        raise Failed(Code.STATUS_LIST_UNREADABLE, str(faults[0]))
    subject = document["credentialSubject"]
    purpose = Purpose(subject["statusPurpose"])
    if document["issuer"] != issuer.did or document["id"] != f"{issuer_url}/status/{purpose}":
        raise Failed(Code.STATUS_LIST_OTHER, str(document["id"]))
    begins = read_timestamp(document["validFrom"])
    try:
        if isinstance(source, Token):
            _check_token_signed(source, purpose, begins, issuer, now)
        else:
            _check_signed(written, document["proof"], purpose, issuer, now)
    except Failed as refused:
        if refused.finding is Code.KEY_REVOKED:
            return purpose, None
        raise
    try:
        bits = _decode_list(subject["encodedList"], NUMBER_BITS if purpose is Purpose.MESSAGE else 1)
    except ValueError as error:
        raise Failed(Code.STATUS_LIST_UNREADABLE, str(error)) from error
    return purpose, _List(bits, begins, read_timestamp(document["validUntil"]))


# A list stands in no log, so that no leaf can tell a list from before the theft of a key.
def _check_token_signed(token: Token, purpose: Purpose, begins: datetime, issuer: TrustedIssuer, now: datetime) -> None:
    key = counting_key(issuer.document_keys, token.method, begins, now, leaf_index=None)
    if not token_holds(token, key.public_key):
        raise Failed(Code.STATUS_LIST_FORGED, f"{purpose}: JWT")


def _check_signed(written: bytes, proofs: Sequence[JsonObject], purpose: Purpose, issuer: TrustedIssuer, now: datetime) -> None:
    keys = counting_keys(proofs, issuer, now, leaf_index=None)
    if not _is_signed(written, tuple(key.public_key for key in keys)):
        raise Failed(Code.STATUS_LIST_FORGED, purpose)


@lru_cache(maxsize=REMEMBERED_MAX)
def _faults(written: bytes) -> tuple[Fault, ...]:
    return status_list_faults(read_object(written))


@lru_cache(maxsize=REMEMBERED_MAX)
def _is_signed(written: bytes, keys: tuple[bytes, ...]) -> bool:
    document: Any = read_object(written)
    proofs = document.pop("proof")
    return all(proof_holds(document, *signed) for signed in zip(proofs, Suite, keys, strict=True))


_decode_list = lru_cache(maxsize=REMEMBERED_MAX)(decode_list)


def _reason(messages: _List | None, index: int) -> Reason | None:
    try:
        return None if messages is None else reason_of(number_at(messages.bits, index))
    except IndexError:
        return None  # older than the certificate: it gives no reason


def _check_marks(index: int, lists: Mapping[Purpose, _List]) -> None:
    for purpose, finding in ((Purpose.REVOCATION, Code.REVOKED), (Purpose.SUSPENSION, Code.SUSPENDED)):
        try:
            marked = is_marked(lists[purpose].bits, index)
        except IndexError as error:
            raise Failed(Code.STATUS_LIST_TOO_SHORT, purpose) from error
        if marked:
            raise Failed(finding)


def _check_freshness(lists: Mapping[Purpose, _List], now: datetime) -> None:
    if any(found.valid_from > now + CLOCK_SKEW for found in lists.values()):
        raise Failed(Code.STATUS_FROM_FUTURE)
    if any(found.valid_until <= now for found in lists.values()):
        raise Failed(Code.STATUS_STALE)
