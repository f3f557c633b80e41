"""What a centre publishes beside its certificates: its key document and its status lists.

Both are renewed when something changed and otherwise left alone, so that they can be asked for at any time and by two
processes.
"""

from datetime import datetime, timedelta
from typing import Any, Final

from certificates import logbook, store
from certificates.data_integrity import prove_twice
from certificates.keys import Office
from certificates.log.entry import status_entry
from certificates.log.merkle import leaf_hash
from certificates.standing import kind_of
from certificates.status_list import Purpose, capacity_for, encode_list, unsigned_list
from certificates.store import Connection, Publication
from certificates.strict_json import JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp

RENEW_AFTER: Final = timedelta(hours=12)
"""How old a list may get before it is published again unchanged. Well below its lifetime: a registry that stands still for days
must not make every certificate look out of date."""


async def publish_key_document(db: Connection, office: Office, now: datetime) -> bytes:
    """Publish the key document if it changed. Returns the one that is in force."""
    document = canonical(office.key_document())
    async with db.transaction():
        await store.lock_log(db)
        if await store.newest_key_document(db) != document:
            await store.insert_key_document(db, office.issuer.did, document, now)
    return document


async def publish_status_lists(db: Connection, office: Office, now: datetime) -> tuple[JsonObject, ...]:
    """Publish each status list that changed or grows old, after its changes are in the log. Returns the lists in force."""
    await _log_changes(db, office, now)
    return tuple([await _publish_list(db, office, purpose, now) for purpose in Purpose])


async def _log_changes(db: Connection, office: Office, now: datetime) -> None:
    """Log before you sign: a certificate never loses its standing in secret."""
    entries = {
        leaf_hash(entry): (kind, entry)
        for change in await store.changes_to_log(db)
        for kind in [kind_of(change.purpose, active=change.active)]
        for entry in [
            status_entry(kind, change.credential_url, change.change_id, change.decided_at, change.reason, change.salt)
        ]
    }
    known = await store.known_leaves(db, entries)
    for leaf, (kind, entry) in entries.items():
        if leaf not in known:
            await logbook.append(db, kind, entry, now)
    await logbook.publish_checkpoint(db, office, now)


async def _publish_list(db: Connection, office: Office, purpose: Purpose, now: datetime) -> JsonObject:
    async with db.transaction():
        await store.lock_log(db)
        last = await store.newest_publication(db, purpose)
        marked = await store.marked(db, purpose)
        encoded = encode_list(capacity_for(await store.count_intentions(db)), marked)
        document = unsigned_list(office.issuer, purpose, encoded, now)
        if last is not None:
            published: Any = read_object(last.credential)
            if now - last.published_at < RENEW_AFTER and _says_the_same(published, document, office):
                return published
            # Moments are written in whole seconds, and of two lists the later one counts: no two may begin in the same second.
            begins = max(now, read_timestamp(published["validFrom"]) + timedelta(seconds=1))
            document = unsigned_list(office.issuer, purpose, encoded, begins)
        proofs = prove_twice(document, office.verification_method, office.signer.sign, now)
        signed: JsonObject = {**document, "proof": list(proofs)}
        version = 1 if last is None else last.version + 1
        await store.insert_publication(db, Publication(purpose, version, canonical(signed), now))
    return signed


def _says_the_same(published: Any, document: JsonObject, office: Office) -> bool:
    return (
        published["id"] == document["id"]
        and published["issuer"] == document["issuer"]
        and published["credentialSubject"] == document["credentialSubject"]
        and published["proof"][0]["verificationMethod"] == office.verification_method
    )
