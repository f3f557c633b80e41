"""The witnesses that a centre has chosen, how they stand, and when each is asked again.

They are listed in a file, a key a line after the address at which it is asked; a witness with two keys has two lines:

    # address                    key, as `sarap log witness` prints it
    https://witness.example/w1   witness.example/w1+8d66cf3f+BNDL…
    https://witness.example/w1   witness.example/w1+c35e8e52+BgQk…
    -                            retired.example/w+5a1c2e90+BDkQ…

A witness without an address is not asked any more, and what it has cosigned still counts.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import Final
from urllib.parse import urlsplit

from certificates.errors import WitnessesUnusable
from certificates.log.cosignature import WitnessKey, read_witness_key
from certificates.log.note import SignatureType
from certificates.log.policy import WITNESS_KEYS_MAX, WitnessPolicy, check_witnesses

RETIRED: Final = "-"
"""In place of an address."""

FIRST_PAUSE: Final = timedelta(seconds=5)
PAUSE_MAX: Final = timedelta(minutes=15)
"""A witness that does not answer is asked again after 5 s, 10 s, 20 s … and at most this: one that was away for days is heard
of soon after it is back, and meanwhile costs four requests an hour."""


class Why(StrEnum):
    """Why a witness has not cosigned."""

    AWAY = "away"
    """it did not answer in time, or not in the form of the protocol"""
    REFUSED = "refused"
    """it does not watch this log, or does not know the log's key"""
    ROLLED_BACK = "rolled-back"
    """it has cosigned a larger tree than we have: our log has lost entries"""
    FORKED = "forked"
    """it has cosigned another tree: there are two logs"""

    @property
    def is_alarm(self) -> bool:
        """Say whether the log and the witness contradict each other; then a person must look, and asking again helps nobody."""
        return self in {Why.ROLLED_BACK, Why.FORKED}


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness of this centre: where it is asked, and the keys that verify what it signs."""

    url: str
    keys: tuple[WitnessKey, ...]

    @property
    def is_asked(self) -> bool:
        """False: it has retired."""
        return self.url != RETIRED

    @property
    def fits_on_paper(self) -> bool:
        """Say whether codes and wallets can show that it has cosigned: one signature by ML-DSA-44 is too long for them."""
        return any(key.kind is SignatureType.ED25519_COSIGNATURE for key in self.keys)

    @property
    def name(self) -> str:
        """The name under which it signs."""
        return self.keys[0].name


@dataclass(frozen=True, slots=True)
class WitnessStanding:
    """How far a witness has come, and whether it answers: what follows from its cosignatures and refusals."""

    witness: str
    tree_size: int
    """of the largest tree that it has cosigned; 0 if none"""
    cosigned_at: datetime | None
    """when we got its last cosignature"""
    failures: int = 0
    """refusals since"""
    why: Why | None = None
    """the last of them"""
    detail: str = ""
    refused_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """When it is asked again; None: at once."""
        if self.refused_at is None or not self.failures:
            return None
        return self.refused_at + min(FIRST_PAUSE * 2 ** min(self.failures - 1, 20), PAUSE_MAX)

    def told(self, size: int) -> str:
        """Say in a line how it stands towards a log of `size` entries: `witness.example/w1 has cosigned all 12`."""
        far = f"all {size}" if self.tree_size == size else f"{self.tree_size} of {size}"
        trouble = f" ({self.why}: {self.detail})" if self.why is not None else ""
        return f"{self.witness} has cosigned {far} entries{trouble}"


def why_of(status: int, told_size: int | None, asked_old: int, size: int) -> Why:
    """Name what an answer other than 200 means, after `asked_old` was asked, for a checkpoint of `size` (tlog-witness).

    A proof that is right and is not accepted, or a conflict at the very size that the witness has named, is a fork: what it has
    cosigned is not what we have.
    """
    match status:
        case HTTPStatus.CONFLICT if told_size is not None and told_size > size:
            return Why.ROLLED_BACK
        case HTTPStatus.CONFLICT if told_size == asked_old:
            return Why.FORKED
        case HTTPStatus.UNPROCESSABLE_ENTITY:
            return Why.FORKED
        case HTTPStatus.BAD_REQUEST | HTTPStatus.FORBIDDEN | HTTPStatus.NOT_FOUND:
            return Why.REFUSED
        case _:
            return Why.AWAY


def read_witnesses(text: str, log_origin: str) -> tuple[Witness, ...]:
    """Read the file. Raises `WitnessesUnusable` naming the line."""
    addresses: dict[str, str] = {}
    keys: dict[str, list[WitnessKey]] = {}
    where = ""
    try:
        for number, line in enumerate(text.splitlines(), 1):
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            where = f"line {number}: "
            url, key = _line(line)
            if addresses.setdefault(key.name, url) != url:
                raise ValueError(f"{key.name} has two addresses")  # noqa: TRY301 - caught below
            keys.setdefault(key.name, []).append(key)
        where = ""
        check_witnesses([key for every in keys.values() for key in every], log_origin)
    except ValueError as error:
        raise WitnessesUnusable(f"{where}{error}") from error
    witnesses = tuple(Witness(addresses[name], tuple(every)) for name, every in keys.items())
    if sum(len(witness.keys) for witness in witnesses) > WITNESS_KEYS_MAX:
        raise WitnessesUnusable(f"more than {WITNESS_KEYS_MAX} keys")
    return witnesses


def policy_for(witnesses: tuple[Witness, ...], quorum: int) -> WitnessPolicy:
    """What the centre asks of its own certificates and publishes. Raises `WitnessesUnusable` if it can never be met."""
    asked = sum(witness.is_asked and witness.fits_on_paper for witness in witnesses)
    if quorum > asked:
        raise WitnessesUnusable(
            f"a quorum of {quorum} cannot be reached by {asked} witnesses that are asked and sign with Ed25519"
        )
    return WitnessPolicy(tuple(key for witness in witnesses for key in witness.keys), quorum)


def _line(line: str) -> tuple[str, WitnessKey]:
    url, *rest = line.split()
    parts = urlsplit(url)
    if len(rest) != 1:
        raise ValueError("not an address and a key")
    if url == RETIRED:
        return url, read_witness_key(rest[0])
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise ValueError(f"not the address of a witness: {url[:200]}")
    return url.rstrip("/"), read_witness_key(rest[0])
