"""Which witnesses count for whoever checks a log, and how many of them must have cosigned what.

It stands in the document that an employer pins, beside the centre's keys:

    "witnesses": ["witness.example/w1+8d66cf3f+BNDL…", "other.example/w+5a1c2e90+BgQk…"],
    "witnessQuorum": 1,
    "witnessedFrom": 4096

Two keys of one name are one witness. An entry before `witnessedFrom` was logged before the centre had a quorum; a document
without that member asks it of every entry.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from certificates.log.cosignature import WitnessKey, cosigners, read_witness_key
from certificates.log.note import Note
from certificates.strict_json import JsonObject

WITNESS_KEYS_MAX: Final = 32
"""Keys. Sixteen witnesses with two kinds each: as many as the lines of a note have room for."""


@dataclass(frozen=True, slots=True)
class WitnessPolicy:
    """The witnesses that are known, and from which leaf on `quorum` of them must have cosigned its checkpoint."""

    keys: tuple[WitnessKey, ...] = ()
    quorum: int = 0
    since: int = 0

    @property
    def names(self) -> tuple[str, ...]:
        """Who they are, each once."""
        return tuple(dict.fromkeys(key.name for key in self.keys))

    def cosigned_by(self, note: Note) -> tuple[str, ...]:
        """Which of them have cosigned a checkpoint, each once."""
        return tuple(dict.fromkeys(cosigned.witness.name for cosigned in cosigners(note, self.keys)))

    def is_met(self, note: Note, index: int) -> bool:
        """Say whether enough of them have cosigned the checkpoint under which leaf `index` is proven."""
        return not self.quorum or index < self.since or len(self.cosigned_by(note)) >= self.quorum

    def as_json(self) -> JsonObject:
        """The members of the key document; none where no witness is known."""
        if not self.keys:
            return {}
        members: JsonObject = {"witnesses": [key.text for key in self.keys]}
        return {**members, "witnessQuorum": self.quorum, "witnessedFrom": self.since} if self.quorum else members


NO_WITNESSES: Final = WitnessPolicy()


def policy_of(document: JsonObject, log_origin: str | None) -> WitnessPolicy:
    """Read the members from a key document. Raises `ValueError` with what is wrong.

    A log is no witness of itself, and a key under two names would be two witnesses who are one.
    """
    lines = document.get("witnesses", [])
    if not isinstance(lines, list) or len(lines) > WITNESS_KEYS_MAX:
        msg = f"its witnesses are not a list of at most {WITNESS_KEYS_MAX} keys"
        raise ValueError(msg)
    keys = tuple(read_witness_key(str(line)) for line in lines)
    policy = WitnessPolicy(keys, _count(document, "witnessQuorum"), _count(document, "witnessedFrom"))
    check_witnesses(keys, log_origin)
    if policy.quorum > len(policy.names):
        msg = f"{policy.quorum} witnesses are wanted and {len(policy.names)} are known"
        raise ValueError(msg)
    return policy


def check_witnesses(keys: Collection[WitnessKey], log_origin: str | None) -> None:
    """Raise `ValueError` if somebody would count twice or for himself."""
    if any(key.name == log_origin for key in keys):
        msg = "a log cannot be its own witness"
        raise ValueError(msg)
    if len({key.public_key for key in keys}) != len(keys):
        msg = "a witness's key is there twice"
        raise ValueError(msg)


def _count(document: JsonObject, name: str) -> int:
    value = document.get(name, 0)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        msg = f"{name} is not a number"
        raise ValueError(msg)
    return value
