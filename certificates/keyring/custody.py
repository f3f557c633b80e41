"""What is done with keys, in the order that is the rule: registered, logged, published; and only then used or destroyed.

What was decided comes into the log when the key document is next published, also if a process ended in between.
"""

from collections.abc import Sequence
from datetime import datetime

from certificates.algorithm import Algorithm
from certificates.errors import KeyChangeRefused, KeyUnusable
from certificates.issuer import key_document
from certificates.keyring import store as keyring
from certificates.keyring.key import KeyEvent, RegisteredKey, check_persons, check_retirable, check_revocable
from certificates.keys import Office, Signer
from certificates.log.entry import Kind
from certificates.log.merkle import leaf_hash
from certificates.own_log import logbook
from certificates.own_log import store as own_log
from certificates.store import Connection
from certificates.strict_json import JsonObject


async def introduce(db: Connection, office: Office, now: datetime, persons: Sequence[str] = ()) -> None:
    """Register the keys of `office` that are new, and log each before it signs.

    An empty log begins with its first keys: they get no leaf unless a ceremony names the people who made them. Raises
    `KeyUnusable` if another key was published under that name.
    """
    signers = (*office.credential_signers, *office.log_signers, *office.document_signers)
    known = await keyring.registered_keys(db)
    if all(signer.name in known for signer in signers):
        for signer in signers:
            _check_same(signer, known[signer.name])
        return
    async with db.transaction():
        await own_log.lock_log(db)
        known = await keyring.registered_keys(db)
        begun = await own_log.log_size(db) > 0 or bool(persons)
        for signer in signers:
            if signer.name in known:
                _check_same(signer, known[signer.name])
                continue
            newest_document = signer.algorithm is Algorithm.ES256 and signer is office.document_signer
            chain = office.document_certificates if newest_document else ()
            await keyring.insert_key(db, RegisteredKey(signer.name, signer.algorithm, signer.public_key, chain, now))
            if begun:
                await keyring.insert_event(db, KeyEvent(signer.name, Kind.INTRODUCE_KEY, None, tuple(persons), now))
    await log_events(db, office, now)


async def retire(db: Connection, office: Office, name: str, now: datetime) -> KeyEvent:
    """Say that a key which was replaced signs nothing that is logged from now on; in the caller's transaction.

    Once it is published, the private half may be destroyed. Raises `KeyChangeRefused`.
    """
    await own_log.lock_log(db)
    key = await _key(db, name)
    check_retirable(key, _newest(office, key))
    event = KeyEvent(name, Kind.RETIRE_KEY, await own_log.log_size(db), (), now)
    await keyring.insert_event(db, event)
    return event


async def revoke(
    db: Connection, office: Office, name: str, from_log_index: int | None, persons: Sequence[str], now: datetime
) -> KeyEvent:
    """Say that a key may have fallen into other hands, in the caller's transaction; None: what is logged from now on.

    Once it is published, nothing that the key signed and that was logged from that leaf on is believed, and no status list that
    it signed. Raises `KeyChangeRefused`, also unless two people are named.
    """
    names = check_persons(persons)
    await own_log.lock_log(db)
    key, size = await _key(db, name), await own_log.log_size(db)
    index = size if from_log_index is None else from_log_index
    check_revocable(key, _newest(office, key), index, size)
    # Whoever has a key of the log makes checkpoints of any size: for those no leaf can tell before from after.
    event = KeyEvent(name, Kind.REVOKE_KEY, None if key.kind == "log" else index, names, now)
    await keyring.insert_event(db, event)
    return event


async def log_events(db: Connection, office: Office, now: datetime) -> None:
    """Log every event that is not in the log yet, and sign a checkpoint over them."""
    keys = (await keyring.registered_keys(db)).values()
    entries = {leaf_hash(entry): (event, entry) for key in keys for event in key.events for entry in [key.entry(event)]}
    _size, known = await own_log.places(db, list(entries))
    missing = [(event, entry) for leaf, (event, entry) in entries.items() if leaf not in known]
    for event, entry in sorted(missing, key=lambda one: one[0].decided_at):
        await logbook.append(db, event.kind, entry, now)
    if missing:
        await logbook.publish_checkpoint(db, office, now)


async def registered_document(db: Connection, office: Office) -> JsonObject:
    """Write the key document from the register: every key that ever signed, with what was decided about it."""
    keys = [key.published() for key in (await keyring.registered_keys(db)).values()]
    kinds = {kind: [key for key in keys if key.name.startswith(f"{kind}-")] for kind in ("key", "log", "document")}
    return office.witnessed(key_document(office.issuer, kinds["key"], kinds["log"], kinds["document"]))


async def _key(db: Connection, name: str) -> RegisteredKey:
    key = (await keyring.registered_keys(db)).get(name)
    if key is None:
        raise KeyChangeRefused(f"there is no key {name}: see `sarap keys list`")
    return key


def _newest(office: Office, key: RegisteredKey) -> str:
    signers = {"key": office.credential_signers, "log": office.log_signers, "document": office.document_signers}[key.kind]
    return signers[-1].name if signers else ""


def _check_same(signer: Signer, known: RegisteredKey) -> None:
    if signer.public_key != known.public_key:
        raise KeyUnusable(f"{signer.name}: another key was published under this name")
