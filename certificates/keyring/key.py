"""A key in the register, the events in its life, and which of them are possible.

introduced ──retire──▶ retired, and published for good
     └───────revoke──────┴──▶ revoked, for good
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from certificates.algorithm import Algorithm
from certificates.errors import KeyChangeRefused
from certificates.issuer import PublicKey
from certificates.log.entry import Kind, key_entry
from certificates.strict_json import JsonObject
from certificates.timestamp import write_timestamp

PERSONS_MIN: Final = 2
"""People who are present when a root is made or a key is revoked: nobody does either alone."""

PERSON_MAX_CHARACTERS: Final = 200


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """What was decided about a key. `from_log_index`: the first leaf for which it counts."""

    key_name: str
    kind: Kind
    from_log_index: int | None
    persons: tuple[str, ...]
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class RegisteredKey:
    """A key with everything that was decided about it."""

    key_name: str
    algorithm: Algorithm
    public_key: bytes
    chain: tuple[bytes, ...]
    introduced_at: datetime
    events: tuple[KeyEvent, ...] = ()

    @property
    def kind(self) -> str:
        """What it is for: the first word of its name."""
        return self.key_name.partition("-")[0]

    @property
    def age(self) -> tuple[int, ...]:
        """Newer is larger: `key-2026-10` came after `key-2026-9`."""
        return tuple(int(part) for part in self.key_name.split("-")[1:])

    def event(self, kind: Kind) -> KeyEvent | None:
        """The event of that kind, if it happened. None happens twice."""
        return next((event for event in self.events if event.kind is kind), None)

    @property
    def state(self) -> str:
        """One word for a list: `in use`, `retired` or `revoked`."""
        words = {Kind.REVOKE_KEY: "revoked", Kind.RETIRE_KEY: "retired"}
        return next((word for kind, word in words.items() if self.event(kind) is not None), "in use")

    def published(self) -> PublicKey:
        """The key as the key document shows it."""
        revoked, retired = self.event(Kind.REVOKE_KEY), self.event(Kind.RETIRE_KEY)
        return PublicKey(
            self.key_name,
            self.public_key,
            self.algorithm,
            self.chain,
            revoked=revoked and revoked.decided_at,
            revoked_from_log_index=revoked and revoked.from_log_index,
            retired_from_log_index=retired and retired.from_log_index,
        )

    def entry(self, event: KeyEvent) -> bytes:
        """The leaf of an event. Names of people are not part of it."""
        committed: JsonObject = {
            "key": self.key_name,
            "algorithm": self.algorithm.value,
            "publicKey": base64.b64encode(self.public_key).decode(),
            "decidedAt": write_timestamp(event.decided_at),
        }
        if event.from_log_index is not None:
            committed["fromLogIndex"] = event.from_log_index
        return key_entry(event.kind, committed)


def check_retirable(key: RegisteredKey, newest: str) -> None:
    """Raise `KeyChangeRefused` if the key signs now, or signs no more already."""
    if key.key_name == newest:
        raise KeyChangeRefused(f"{key.key_name} signs now: make its successor first, with `sarap keys rotate {key.kind}`")
    if key.state != "in use":
        raise KeyChangeRefused(f"{key.key_name} is {key.state} already")


def check_revocable(key: RegisteredKey, newest: str, from_log_index: int, log_size: int) -> None:
    """Raise `KeyChangeRefused` if the key signs now, was revoked already, or the leaf is not yet in the log."""
    if key.key_name == newest:
        raise KeyChangeRefused(f"{key.key_name} signs now: make its successor first, with `sarap keys rotate {key.kind}`")
    if key.event(Kind.REVOKE_KEY) is not None:
        raise KeyChangeRefused(f"{key.key_name} is revoked already, and from which leaf on is never moved")
    if not 0 <= from_log_index <= log_size:
        raise KeyChangeRefused(f"the log has {log_size} leaves: a key is revoked from one of them on, or from {log_size}")


def check_persons(persons: Sequence[str]) -> tuple[str, ...]:
    """Raise `KeyChangeRefused` unless at least two different people are named."""
    names = tuple(" ".join(person.split()) for person in persons)
    if any(not 0 < len(name) <= PERSON_MAX_CHARACTERS for name in names):
        raise KeyChangeRefused(f"a person is named in 1 to {PERSON_MAX_CHARACTERS} characters")
    if len({name.casefold() for name in names}) < PERSONS_MIN:
        raise KeyChangeRefused(f"{PERSONS_MIN} different people have to be present and are named: --person NAME --person NAME")
    return names
