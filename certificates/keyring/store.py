"""The SQL of the key register. Both tables are append-only; the caller owns the transaction."""

from typing import Any, Final, LiteralString

from certificates.algorithm import Algorithm
from certificates.keyring.key import KeyEvent, RegisteredKey
from certificates.log.entry import Kind
from certificates.store import Connection

REGISTERED_KEYS: Final[LiteralString] = """
    SELECT key_name, algorithm, public_key, chain, introduced_at FROM issuer_key
"""
KEY_EVENTS: Final[LiteralString] = """
    SELECT key_name, kind, from_log_index, persons, decided_at FROM key_event ORDER BY event_id
"""


async def registered_keys(db: Connection) -> dict[str, RegisteredKey]:
    """Load all keys by name, the oldest first, each with its events."""
    events: dict[str, list[KeyEvent]] = {}
    for row in await db.fetch(KEY_EVENTS):
        facts: dict[str, Any] = {**row, "kind": Kind(row["kind"]), "persons": tuple(row["persons"])}
        events.setdefault(row["key_name"], []).append(KeyEvent(**facts))
    keys: list[RegisteredKey] = []
    for row in await db.fetch(REGISTERED_KEYS):
        facts = {**row, "algorithm": Algorithm(row["algorithm"]), "chain": tuple(row["chain"])}
        keys.append(RegisteredKey(**facts, events=tuple(events.get(row["key_name"], ()))))
    return {key.key_name: key for key in sorted(keys, key=lambda key: (key.age, key.kind))}


INSERT_KEY: Final[LiteralString] = """
    INSERT INTO issuer_key (key_name, algorithm, public_key, chain, introduced_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_key(db: Connection, key: RegisteredKey) -> None:
    """Register a key."""
    await db.execute(INSERT_KEY, key.key_name, key.algorithm, key.public_key, list(key.chain), key.introduced_at)


INSERT_EVENT: Final[LiteralString] = """
    INSERT INTO key_event (key_name, kind, from_log_index, persons, decided_at) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_event(db: Connection, event: KeyEvent) -> None:
    """Record what was decided about a key; its noun has said that it is possible."""
    await db.execute(INSERT_EVENT, event.key_name, event.kind, event.from_log_index, list(event.persons), event.decided_at)


SERIALS_FROM: Final[LiteralString] = """
    SELECT serial FROM credential_signature JOIN credential_intention USING (credential_id)
    WHERE leaf_index >= $1 AND convert_from(proofs, 'UTF8')::jsonb #>> '{0,verificationMethod}' = $2
    ORDER BY leaf_index
"""


async def serials_signed_from(db: Connection, log_index: int, method: str) -> list[str]:
    """Name the certificates that were logged at that leaf or later and signed by that key: they are refused from now on."""
    return [row["serial"] for row in await db.fetch(SERIALS_FROM, log_index, method)]
