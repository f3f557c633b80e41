"""A centre in memory that makes certificates to measure with, and the claims of many people."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

from certificates.bundle import Bundle, write_bundle
from certificates.carriers.compact import compact_claims
from certificates.credential import Achievement, Claim, Score, unsigned_credential
from certificates.data_integrity import prove_twice
from certificates.issuer import Issuer
from certificates.keys import Office, open_office
from certificates.log.checkpoint import Checkpoint, sign_checkpoint
from certificates.log.entry import SALT_BYTES, binding_of, issue_entry
from certificates.log.merkle import inclusion_proof, leaf_hash, nodes_on_append, root
from certificates.log.proof import InclusionProof, write_proof
from certificates.serial import new_serial
from certificates.status_list import ENTRIES_MIN, Purpose, encode_list, unsigned_list
from certificates.strict_json import JsonObject, canonical, read_object

NOW: Final = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
NAMES: Final = ("Айгерім Сәтбаева", "Иван Петров", "Dana O'Neill", "Әлия Жұмабекқызы", "Нұрлан Қабдолов")


def claim(number: int) -> Claim:
    """What is said of somebody: everybody is another one."""
    return Claim(
        source=f"decision:{number}",
        holder_name=f"{NAMES[number % len(NAMES)]} {number}",
        achievement=Achievement(
            code="junior-software-developer",
            name="Junior software developer",
            description="Writes small programs that are correct, tested and readable.",
            criteria="A proctored exam of 60 minutes with three programming tasks; at least 60 of 100 points.",
        ),
        score=Score(Decimal(60 + number % 40), Decimal(100), Decimal(60)),
        sat_at=NOW - timedelta(hours=2),
        awarded_at=NOW,
        valid_until=NOW + timedelta(days=1096),
    )


def office(keys: Path) -> Office:
    """A centre with fresh keys."""
    return open_office(Issuer("https://centre.example", "The centre"), keys, NOW)


def sign(centre: Office, document: JsonObject) -> JsonObject:
    """Add both proofs."""
    return {**document, "proof": list(prove_twice(document, centre.verification_method, centre.signer.sign, NOW))}


def entry_of(unsigned: JsonObject, salt: bytes) -> bytes:
    """What goes into the log for a credential."""
    return issue_entry(str(unsigned["id"]), compact_claims(unsigned), binding_of(salt, canonical(unsigned)))


def bundles(centre: Office, count: int) -> list[bytes]:
    """Certificate files of as many people, all in one log under one checkpoint."""
    salt = bytes(SALT_BYTES)
    unsigned = [unsigned_credential(claim(number), centre.issuer, new_serial(), number) for number in range(count)]
    entries = [entry_of(one, salt) for one in unsigned]
    nodes: dict[tuple[int, int], bytes] = {}
    for place, entry in enumerate(entries):
        nodes |= nodes_on_append(place, leaf_hash(entry), nodes)
    checkpoint = Checkpoint(centre.issuer.log_origin, count, root(count, nodes))
    note = sign_checkpoint(checkpoint, centre.log_signer)
    lists = tuple(
        sign(centre, unsigned_list(centre.issuer, purpose, encode_list(ENTRIES_MIN, range(count, count + 900, 3)), NOW))
        for purpose in Purpose
    )
    made: list[bytes] = []
    for place, one in enumerate(unsigned):
        proof = write_proof(InclusionProof(place, tuple(inclusion_proof(place, count, nodes)), note))
        made.append(write_bundle(Bundle(sign(centre, read_object(canonical(one))), salt, proof, lists)))
    return made
