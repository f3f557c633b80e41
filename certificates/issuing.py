"""How a claim becomes a certificate: what was planned is written down before anything is signed. The order is the rule.

    1. lint      a twin of the credential, with a number that nobody has, must pass the profile
    2. allocate  a serial and a place in the status list, by chance and never used before
    3. record    the intention with the exact bytes, and commit
    4. log       append the leaf, commit, publish a checkpoint
    5. sign      the recorded bytes, with both proofs, and commit
    6. verify    our own bundle by the public path: the published keys, the published lists, the employer's function
    7. settle    store the bundle: from here on the certificate exists

Each step ends in a commit and is found done when it is repeated, so a crash anywhere resumes at its step. Two processes that
issue for the same source end with the same certificate. What was recorded is the law: a claim that reads differently on the
second attempt (a name corrected in between) changes nothing.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from certificates import logbook, store
from certificates.bundle import Bundle, write_bundle
from certificates.credential import Claim, unsigned_credential
from certificates.data_integrity import prove_twice
from certificates.errors import NotIssuable, SelfCheckFailed
from certificates.keys import Office
from certificates.log.entry import SALT_BYTES, Kind, issue_entry
from certificates.log.proof import write_proof
from certificates.profile import lint
from certificates.publishing import publish_key_document, publish_status_lists
from certificates.serial import Serial, new_serial
from certificates.status_list import draw_index
from certificates.store import Connection, Intention
from certificates.strict_json import JsonObject, canonical, read, read_object
from certificates.trust import read_trust
from certificates.verification import verify

ALLOCATION_ATTEMPTS_MAX: Final = 100
"""Draws. At most half of the status list is taken: a hundred in a row fail once in 2^100, so then something else is wrong."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that exists. `settled_now` says whether it is this call that has settled it."""

    serial: Serial
    bundle: bytes
    settled_now: bool


async def issue(db: Connection, office: Office, claim: Claim, now: datetime) -> Issued:
    """Issue the certificate of `claim`, or go on where an earlier attempt stopped, or return the one that exists.

    `db` must not be in a transaction: each step commits. Raises `NotIssuable` before anything is written, `SelfCheckFailed`,
    `LogCorrupt`, `ContextMissing`, or what the database raises; the next attempt resumes.
    """
    if db.is_in_transaction():
        msg = "issuing commits after each step and cannot be part of a transaction"
        raise RuntimeError(msg)
    intention = await store.intention_of(db, claim.source)
    if intention is None:
        _lint(claim, office)  # 1
        intention = await _record(db, office, claim, now)  # 2, 3
    settled = await store.bundle_of(db, intention)
    if settled is not None:
        return Issued(intention.serial, settled, settled_now=False)
    leaf_index = await _log(db, office, intention, now)  # 4
    bundle = await _sign(db, office, intention, leaf_index, now)  # 5
    bundle = await _verify(db, office, bundle, now)  # 6
    return await _settle(db, intention, bundle, now)  # 7


def _lint(claim: Claim, office: Office) -> None:
    # 1. A throwaway twin: the real number is drawn only for a credential that may be issued.
    if faults := lint(unsigned_credential(claim, office.issuer, new_serial(), 0)):
        raise NotIssuable(tuple(str(fault) for fault in faults))


async def _record(db: Connection, office: Office, claim: Claim, now: datetime) -> Intention:
    for _attempt in range(ALLOCATION_ATTEMPTS_MAX):
        # 2. allocate
        serial, status_index = new_serial(), draw_index(await store.count_intentions(db))
        # 3. record. The statement is its own transaction; uniqueness decides who was first.
        recorded = canonical(unsigned_credential(claim, office.issuer, serial, status_index))
        salt = secrets.token_bytes(SALT_BYTES)
        intention = Intention(uuid4(), claim.source, serial, status_index, salt, recorded, now)
        if await store.insert_intention(db, intention):
            return intention
        earlier = await store.intention_of(db, claim.source)
        if earlier is not None:
            return earlier
    msg = "no free place in the status list was found"
    raise RuntimeError(msg)


async def _log(db: Connection, office: Office, intention: Intention, now: datetime) -> int:
    # 4. log
    leaf_index = await logbook.append(db, Kind.ISSUE, _entry(intention), now)
    if await store.checkpoint_covering(db, leaf_index) is None:
        await logbook.publish_checkpoint(db, office, now)
    return leaf_index


async def _sign(db: Connection, office: Office, intention: Intention, leaf_index: int, now: datetime) -> Bundle:
    # 5. sign. The proof comes first: it raises if the entry is not in the log under a signed checkpoint.
    proof = await logbook.prove(db, leaf_index, _entry(intention))
    credential = read_object(intention.recorded)
    proofs = await store.proofs_of(db, intention)
    if proofs is None:
        made = prove_twice(credential, office.verification_method, office.signer.sign, now)
        await store.insert_proofs(db, intention, leaf_index, canonical(list(made)), now)
        proofs = await store.proofs_of(db, intention)
    signed: JsonObject = {**credential, "proof": read(proofs or b"")}
    return Bundle(signed, intention.salt, write_proof(proof), ())


async def _verify(db: Connection, office: Office, bundle: Bundle, now: datetime) -> Bundle:
    # 6. verify our own bundle, from its bytes, with what the public has
    keys = read_trust(await publish_key_document(db, office, now))
    bundle = bundle.with_status(await publish_status_lists(db, office, now))
    report = verify(write_bundle(bundle), {keys.did: keys}, now)
    if not report.verified:
        failure = report.failure
        raise SelfCheckFailed(f"{failure.step}: {failure.finding} {failure.detail}" if failure else "no step failed")
    return bundle


async def _settle(db: Connection, intention: Intention, bundle: Bundle, now: datetime) -> Issued:
    # 7. settle
    data = write_bundle(bundle)
    settled_now = await store.insert_bundle(db, intention, data, now)
    return Issued(intention.serial, await store.bundle_of(db, intention) or data, settled_now=settled_now)


def _entry(intention: Intention) -> bytes:
    credential: Any = read_object(intention.recorded)
    return issue_entry(credential["id"], intention.recorded, intention.salt)
