"""What a centre publishes beside its certificates: its key document and its status lists.

Both are renewed when something changed and otherwise left alone, so that they can be asked for at any time and by two
processes. Whoever only needs what is in force, such as issuing, asks for that, and nothing is made anew for them while it will
do.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from certificates import store
from certificates.carriers.jwt import read_token, write_token
from certificates.data_integrity import prove_twice
from certificates.errors import ListTooLong
from certificates.issuer import with_witnesses
from certificates.keyring import custody
from certificates.keys import Office
from certificates.log.entry import status_entry
from certificates.log.merkle import leaf_hash
from certificates.log.policy import NO_WITNESSES, WitnessPolicy
from certificates.own_log import logbook
from certificates.own_log import store as own_log
from certificates.standing import kind_of
from certificates.status_list import (
    NEEDED,
    Purpose,
    capacity_for,
    decode_list,
    encode_list,
    encode_numbers,
    unsigned_list,
)
from certificates.store import Connection, Publication
from certificates.strict_json import BUNDLE_MAX_BYTES, JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp
from certificates.trust import CLOCK_SKEW, TrustedIssuer, read_trust

RENEW_AFTER: Final = timedelta(hours=12)
"""How old a list may get before it is published again unchanged. Well below its lifetime: a registry that stands still for days
must not make every certificate look out of date."""

LIST_MAX_BYTES: Final = BUNDLE_MAX_BYTES * 2 // 5
"""Bytes of a list with its proofs. A certificate file carries two, and beside them up to 170 kB; verifiers refuse one that is
longer than their limit. With eight million places there is room for 300,000 that are revoked."""

IN_FORCE_MAX: Final = 4
"""Readings of what is in force that are remembered: it is the same for many certificates, and changes with a decision."""


@dataclass(frozen=True, slots=True)
class ListMark:
    """Whose a status list is, and what signed it, with its two proofs and as a JWT."""

    url: str
    did: str
    method: str
    token_method: str | None


@dataclass(frozen=True, slots=True)
class InForce:
    """What the public has of a centre at a moment."""

    keys: TrustedIssuer
    lists: tuple[JsonObject, ...]
    """the status lists that a certificate file carries"""
    marks: tuple[ListMark, ...]
    """of all lists, in the order of `Purpose`"""
    places: int
    """how many certificates the lists have room for"""
    published_at: datetime
    """when the oldest of the lists was"""

    def will_do(self, office: Office, now: datetime) -> bool:
        """Say whether the public knows all that signs at `office` now, and no list grows old."""
        return (
            self.marks == tuple(_mark_of(office, purpose) for purpose in Purpose)
            and will_last(self.published_at, now)
            and _knows(self.keys, office)
        )


def will_last(published_at: datetime, now: datetime) -> bool:
    """Say whether a list's age is no reason to publish it again. One from the future is of a clock that was wrong."""
    return -CLOCK_SKEW <= now - published_at < RENEW_AFTER


async def in_force(db: Connection, office: Office, now: datetime) -> InForce:
    """What the public has, once everything that signs at `office` now is registered, logged and published.

    While that is so, this is two statements. The lists may lack the newest decisions about other certificates: publishing those
    is not the business of who issues one more.
    """
    found = await _in_force(db)
    if found is None or not found.will_do(office, now):
        await publish_key_document(db, office, now)
        await publish_status_lists(db, office, now)
        found = await _in_force(db)
    assert found is not None
    return found


async def publish_key_document(db: Connection, office: Office, now: datetime) -> bytes:
    """Publish the key document if it changed, after its events are in the log. Returns the one that is in force."""
    await custody.introduce(db, office, now)
    await custody.log_events(db, office, now)
    async with db.transaction():
        await own_log.lock_log(db)
        published = await store.newest_key_document(db)
        since = witnessed_from(published, office.witnesses, await own_log.log_size(db))
        registered = await custody.registered_document(db, office)
        cosigners = [key.verifier_key(office.issuer.log_origin) for key in office.log_cosigners]
        document = canonical(with_witnesses(registered, cosigners, replace(office.witnesses, since=since)))
        if published != document:
            await store.insert_key_document(db, office.issuer.did, document, now)
    return document


def witnessed_from(published: bytes | None, wanted: WitnessPolicy, log_size: int) -> int:
    """From which leaf on `wanted.quorum` witnesses must have cosigned, which `published` may have said already.

    A quorum that is new or higher begins with the next leaf: what was issued before stays as good as it was. So it does when a
    witness is known no more whose cosignature may be the one that it has.
    """
    if not wanted.quorum:
        return 0
    before = NO_WITNESSES if published is None else read_trust(published).witnesses
    return before.since if before.quorum >= wanted.quorum and {*before.keys} <= {*wanted.keys} else log_size


async def publish_status_lists(db: Connection, office: Office, now: datetime) -> tuple[JsonObject, ...]:
    """Publish each status list that changed or grows old, after its changes are in the log. Returns those that a file carries.

    The list of reasons is not among them: a file that is passed on must not tell of a suspension that is over. Raises
    `ListTooLong` when all that can be published is.
    """
    await _log_changes(db, office, now)
    published: dict[Purpose, JsonObject] = {}
    refused: list[ListTooLong] = []
    for purpose in Purpose:
        try:
            published[purpose] = await _publish_list(db, office, purpose, now)
        except ListTooLong as error:
            refused.append(error)
    if refused:
        raise refused[0]
    return tuple(published[purpose] for purpose in NEEDED)


async def _log_changes(db: Connection, office: Office, now: datetime) -> None:
    """Log before you sign: a certificate never loses its standing in secret."""
    entries = {
        leaf_hash(entry): (kind, entry)
        for change in await store.changes_to_log(db)
        for kind in [kind_of(change.purpose, active=change.active)]
        for entry in [
            status_entry(
                kind, change.credential_url, change.change_id, change.decided_at, change.reason, change.salt, change.reason_code
            )
        ]
    }
    _size, known = await own_log.places(db, list(entries))
    await logbook.append_all(db, [logged for leaf, logged in entries.items() if leaf not in known], now)
    await logbook.publish_checkpoint(db, office, now)


async def _publish_list(db: Connection, office: Office, purpose: Purpose, now: datetime) -> JsonObject:
    async with db.transaction():
        await own_log.lock_log(db)
        last = await store.newest_publication(db, purpose)
        encoded = await _encoded(db, purpose)
        document = unsigned_list(office.issuer, purpose, encoded, now)
        if last is not None:
            published: Any = read_object(last.credential)
            if will_last(last.published_at, now) and _says_the_same(last, published, document, office):
                return published
            # Moments are written in whole seconds, and of two lists the later one counts: no two may begin in the same second.
            # But after one from the future, of a clock that was wrong, nothing would be believed until that day.
            begins = read_timestamp(published["validFrom"])
            if begins <= now + CLOCK_SKEW:
                document = unsigned_list(office.issuer, purpose, encoded, max(now, begins + timedelta(seconds=1)))
        proofs = prove_twice(document, office.verification_method, office.signer.sign, now)
        signed: JsonObject = {**document, "proof": list(proofs)}
        written = canonical(signed)
        if len(written) > LIST_MAX_BYTES:
            raise ListTooLong(f"the list of {purpose} would have {len(written)} bytes, and at most {LIST_MAX_BYTES} are read")
        version = 1 if last is None else last.version + 1
        await store.insert_publication(db, Publication(purpose, version, written, now, _token(document, office)))
    return signed


async def _encoded(db: Connection, purpose: Purpose) -> str:
    entries = capacity_for(await store.count_intentions(db))
    if purpose is Purpose.MESSAGE:
        reasons = await store.reasons_marked(db)
        return encode_numbers(entries, {index: reason.number for index, reason in reasons.items()})
    return encode_list(entries, await store.marked(db, purpose))


def _token(document: JsonObject, office: Office) -> bytes | None:
    """The same list for software that reads JWTs."""
    if not office.document_signers:
        return None
    return write_token(document, office.document_method, office.document_signer.sign).encode()


def _says_the_same(last: Publication, published: Any, document: JsonObject, office: Office) -> bool:
    same_marks = _mark(last, published) == _mark_of(office, last.purpose)
    return same_marks and published["credentialSubject"] == document["credentialSubject"]


def _mark(last: Publication, published: Any) -> ListMark:
    token_method = None if last.jwt is None else read_token(last.jwt.decode()).method
    return ListMark(published["id"], published["issuer"], published["proof"][0]["verificationMethod"], token_method)


def _mark_of(office: Office, purpose: Purpose) -> ListMark:
    """What a list has that `office` publishes now."""
    token_method = office.document_method if office.document_signers else None
    return ListMark(office.issuer.status_list_url(purpose), office.issuer.did, office.verification_method, token_method)


def _knows(keys: TrustedIssuer, office: Office) -> bool:
    """Say whether a key document names the keys that sign at `office` now, and the witnesses that it asks."""
    published = {**keys.credential_keys, **keys.document_keys, **{key.method: key for key in keys.log_keys}}
    origin = office.issuer.log_origin
    return (
        all(
            (key := published.get(f"{office.issuer.did}#{signer.name}")) is not None and key.public_key == signer.public_key
            for signer in (office.signer, office.log_signer, *office.document_signers[-1:])
        )
        and keys.log_cosigners == tuple(key.verifier_key(origin) for key in office.log_cosigners)
        and replace(keys.witnesses, since=0) == replace(office.witnesses, since=0)
    )


async def _in_force(db: Connection) -> InForce | None:
    document = await store.newest_key_document(db)
    lists = await store.newest_publications(db)
    return None if document is None or len(lists) < len(Purpose) else _read_in_force(document, tuple(lists))


@lru_cache(maxsize=IN_FORCE_MAX)
def _read_in_force(document: bytes, lists: Sequence[Publication]) -> InForce:
    published: dict[Purpose, Any] = {one.purpose: read_object(one.credential) for one in lists}
    return InForce(
        keys=read_trust(document),
        lists=tuple(published[purpose] for purpose in NEEDED),
        marks=tuple(_mark(one, published[one.purpose]) for one in lists),
        places=min(len(decode_list(published[purpose]["credentialSubject"]["encodedList"])) * 8 for purpose in NEEDED),
        published_at=min(one.published_at for one in lists),
    )
