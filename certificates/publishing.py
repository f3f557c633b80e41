"""What a centre publishes beside its certificates: its key document and its status lists.

Both are renewed when something changed and otherwise left alone, so that they can be asked for at any time and by two
processes.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from certificates import logbook, store
from certificates.carriers.jwt import read_token, write_token
from certificates.data_integrity import prove_twice
from certificates.issuer import with_witnesses
from certificates.keyring import custody
from certificates.keys import Office
from certificates.log.entry import status_entry
from certificates.log.merkle import leaf_hash
from certificates.log.policy import NO_WITNESSES, WitnessPolicy
from certificates.standing import kind_of
from certificates.status_list import NEEDED, Purpose, capacity_for, encode_list, encode_numbers, unsigned_list
from certificates.store import Connection, Publication
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp
from certificates.trust import read_trust

RENEW_AFTER: Final = timedelta(hours=12)
"""How old a list may get before it is published again unchanged. Well below its lifetime: a registry that stands still for days
must not make every certificate look out of date."""


async def publish_key_document(db: Connection, office: Office, now: datetime) -> bytes:
    """Publish the key document if it changed, after its events are in the log. Returns the one that is in force."""
    await custody.introduce(db, office, now)
    await custody.log_events(db, office, now)
    async with db.transaction():
        await store.lock_log(db)
        published = await store.newest_key_document(db)
        since = witnessed_from(published, office.witnesses, await store.log_size(db))
        registered = await custody.registered_document(db, office)
        cosigners = [key.verifier_key(office.issuer.log_origin) for key in office.log_cosigners]
        document = canonical(with_witnesses(registered, cosigners, replace(office.witnesses, since=since)))
        if published != document:
            await store.insert_key_document(db, office.issuer.did, document, now)
    return document


def witnessed_from(published: bytes | None, wanted: WitnessPolicy, log_size: int) -> int:
    """From which leaf on `wanted.quorum` witnesses must have cosigned, which `published` may have said already.

    A quorum that is new or higher begins with the next leaf: what was issued before stays as good as it was.
    """
    if not wanted.quorum:
        return 0
    before = NO_WITNESSES if published is None else read_trust(published).witnesses
    return before.since if before.quorum >= wanted.quorum else log_size


async def publish_status_lists(db: Connection, office: Office, now: datetime) -> tuple[JsonObject, ...]:
    """Publish each status list that changed or grows old, after its changes are in the log. Returns those that a file carries.

    The list of reasons is not among them: a file that is passed on must not tell of a suspension that is over.
    """
    await _log_changes(db, office, now)
    published = {purpose: await _publish_list(db, office, purpose, now) for purpose in Purpose}
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
    known = await store.known_leaves(db, entries)
    await logbook.append_all(db, [logged for leaf, logged in entries.items() if leaf not in known], now)
    await logbook.publish_checkpoint(db, office, now)


async def _publish_list(db: Connection, office: Office, purpose: Purpose, now: datetime) -> JsonObject:
    async with db.transaction():
        await store.lock_log(db)
        last = await store.newest_publication(db, purpose)
        encoded = await _encoded(db, purpose)
        document = unsigned_list(office.issuer, purpose, encoded, now)
        if last is not None:
            published: Any = read_object(last.credential)
            if now - last.published_at < RENEW_AFTER and _says_the_same(last, published, document, office):
                return published
            # Moments are written in whole seconds, and of two lists the later one counts: no two may begin in the same second.
            begins = max(now, read_timestamp(published["validFrom"]) + timedelta(seconds=1))
            document = unsigned_list(office.issuer, purpose, encoded, begins)
        proofs = prove_twice(document, office.verification_method, office.signer.sign, now)
        signed: JsonObject = {**document, "proof": list(proofs)}
        version = 1 if last is None else last.version + 1
        await store.insert_publication(db, Publication(purpose, version, canonical(signed), now, _token(document, office)))
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
    return (
        published["id"] == document["id"]
        and published["issuer"] == document["issuer"]
        and published["credentialSubject"] == document["credentialSubject"]
        and published["proof"][0]["verificationMethod"] == office.verification_method
        and _token_key(last) == (office.document_method if office.document_signers else None)
    )


def _token_key(last: Publication) -> str | None:
    return None if last.jwt is None else read_token(last.jwt.decode()).method
