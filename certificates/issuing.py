"""How a claim becomes a certificate: what was planned is written down before anything is signed. The order is the rule.

    1. lint      a twin of the credential, with a number that nobody has, must pass the profile and be printable;
                 and the public must know the keys that sign now, and have lists of status in force
    2. allocate  a serial and a place in the status list, by chance and never used before
    3. record    the intention with the exact bytes, append its leaf to the log, and commit
    4. log       publish a checkpoint over the leaf, and have as many witnesses cosign it as the centre wants
    5. sign      the recorded bytes, with both proofs, and the other carriers, which can be made again
    6. verify    our own bundle and every carrier by the public path: the published keys and lists, the employer's function
    7. settle    store proofs, carriers and bundle at once, and what the caller writes down of it: the certificate exists

Steps 3, 4 and 7 end in a commit and are found done when they are repeated, so a crash anywhere resumes at its step. What was
signed and not settled was seen by nobody, and is signed again. Two processes that issue for the same source end with the same
certificate. What was recorded is the law: a claim that reads differently on the second attempt (a name corrected in between)
changes nothing.
"""

import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from certificates import store
from certificates.bundle import Bundle, read_bundle, write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.compact import compact_claims
from certificates.carriers.page import unprintable_parts
from certificates.carrying import MADE_AT_ISSUE, as_handed_over, log_proof_file, make_carriers, to_keep
from certificates.credential import Claim, unsigned_credential
from certificates.data_integrity import prove_twice
from certificates.errors import NotIssuable, NotYetWitnessed, SelfCheckFailed
from certificates.findings import Authentic
from certificates.keys import Office
from certificates.log.entry import SALT_BYTES, Kind, binding_of, issue_entry
from certificates.log.note import read_note
from certificates.log.proof import InclusionProof, write_proof
from certificates.own_log import inclusion, logbook
from certificates.profile import lint
from certificates.publishing import InForce, in_force
from certificates.serial import Serial, new_serial
from certificates.status_list import draw_index
from certificates.store import Connection, Intention
from certificates.strict_json import JsonObject, canonical, read, read_object
from certificates.trust import TrustedIssuer
from certificates.verification import verify

ALLOCATION_ATTEMPTS_MAX: Final = 100
"""Draws. A list is published with at least twice the places that are taken, and anew each half day: should it be three
quarters full by then, a hundred draws in a row fail once in 10^12, so then something else is wrong."""


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that exists."""

    credential_id: UUID
    serial: Serial
    bundle: bytes


AtSettling = Callable[[Connection, Issued], Awaitable[None]]
"""What is written down in the transaction that settles a certificate: both are kept, or neither is."""


async def issue(db: Connection, office: Office, claim: Claim, now: datetime, at_settling: AtSettling | None = None) -> Issued:
    """Issue the certificate of `claim`, or go on where an earlier attempt stopped, or return the one that exists.

    `db` must not be in a transaction: each step commits. `at_settling` is done once for a certificate. Raises `NotIssuable`
    before anything is written, `NotYetWitnessed`, `SelfCheckFailed`, `LogCorrupt`, `ContextMissing`, `ListTooLong`, or what
    the database raises; the next attempt resumes.
    """
    if db.is_in_transaction():
        msg = "issuing commits after each step and cannot be part of a transaction"
        raise RuntimeError(msg)
    intention = await store.intention_of(db, claim.source)
    if intention is None:
        _lint(claim, office)  # 1
        public = await in_force(db, office, now)
        intention, leaf_index = await _record(db, office, claim, public.places, now)  # 2, 3
        proofs = None
    else:
        settled = await store.bundle_of(db, intention)
        if settled is not None:
            await _complete(db, office, intention, settled, now)
            return Issued(intention.credential_id, intention.serial, settled)
        public = await in_force(db, office, now)
        leaf_index = await logbook.append(db, Kind.ISSUE, _entry(intention), now)
        proofs = await store.proofs_of(db, intention)  # earlier versions kept them before the bundle
    logged = await _log(db, office, public.keys, intention, leaf_index, now)  # 4
    proofs = proofs or _sign(office, intention, now)  # 5
    signed: JsonObject = {**read_object(intention.recorded), "proof": read(proofs)}
    bundle = Bundle(signed, intention.salt, write_proof(logged), public.lists)
    carriers = make_carriers(office, bundle)
    _verify(public, bundle, carriers, now)  # 6
    data = write_bundle(bundle)
    issued = Issued(intention.credential_id, intention.serial, data)
    async with db.transaction():
        settled_now = await store.settle(db, intention, logged.index, proofs, to_keep(office, carriers), data, now)  # 7
        if settled_now and at_settling is not None:
            await at_settling(db, issued)
    return issued if settled_now else replace(issued, bundle=await store.bundle_of(db, intention) or data)


def _lint(claim: Claim, office: Office) -> None:
    # 1. A throwaway twin: the real number is drawn only for a credential that may be issued.
    twin = unsigned_credential(claim, office.issuer, new_serial(), 0)
    if faults := lint(twin):
        raise NotIssuable(tuple(str(fault) for fault in faults))
    if letters := unprintable_parts(twin):
        raise NotIssuable(letters)


async def _record(db: Connection, office: Office, claim: Claim, places: int, now: datetime) -> tuple[Intention, int]:
    for _attempt in range(ALLOCATION_ATTEMPTS_MAX):
        # 2. allocate
        serial, status_index = new_serial(), draw_index(places)
        # 3. record. Uniqueness decides who was first.
        recorded = canonical(unsigned_credential(claim, office.issuer, serial, status_index))
        salt = secrets.token_bytes(SALT_BYTES)
        intention = Intention(uuid4(), claim.source, serial, status_index, salt, recorded, now)
        async with db.transaction():
            if await store.insert_intention(db, intention):
                return intention, (await logbook.append_within(db, [(Kind.ISSUE, _entry(intention))], now))[0]
        earlier = await store.intention_of(db, claim.source)
        if earlier is not None:
            return earlier, await logbook.append(db, Kind.ISSUE, _entry(earlier), now)
    msg = "no free place in the status list was found"
    raise RuntimeError(msg)


async def _log(
    db: Connection, office: Office, public: TrustedIssuer, intention: Intention, leaf_index: int, now: datetime
) -> InclusionProof:
    # 4. log. A key that is new came first, with `in_force`: whatever signs is in the log before what it signs.
    await logbook.publish_checkpoint(db, office, now)
    # Whoever asks the witnesses is not here: this package opens no connection.
    proof = await inclusion.prove(db, leaf_index, _entry(intention), public, now)
    cosigned = office.witnesses.cosigned_by(read_note(proof.checkpoint))
    if len(cosigned) < office.witnesses.quorum:
        raise NotYetWitnessed(f"leaf {leaf_index}: {len(cosigned)} of {office.witnesses.quorum} witnesses")
    return proof


def _sign(office: Office, intention: Intention, now: datetime) -> bytes:
    # 5. sign
    return canonical(list(prove_twice(read_object(intention.recorded), office.verification_method, office.signer.sign, now)))


def _verify(public: InForce, bundle: Bundle, carriers: Mapping[Kept, bytes], now: datetime) -> None:
    # 6. verify our own bundle and every carrier, from their bytes, with what the public has
    report = verify(write_bundle(bundle), {public.keys.did: public.keys}, now)
    if not report.verified:
        raise SelfCheckFailed(report.told)
    _verify_carriers(public, bundle, carriers, now)


def _verify_carriers(public: InForce, bundle: Bundle, carriers: Mapping[Kept, bytes], now: datetime) -> None:
    """A carrier that is authentic leads to the log entry of the bundle, and so to the same place in the same lists."""
    proof = log_proof_file(bundle)
    for kind, content in carriers.items():
        for data in as_handed_over(kind, content, bundle):
            report = verify(data, {public.keys.did: public.keys}, now, (), proof)
            if report.authentic is not Authentic.YES:
                raise SelfCheckFailed(report.told)


async def _complete(db: Connection, office: Office, intention: Intention, settled: bytes, now: datetime) -> None:
    """Make what is missing of a certificate that exists: a carrier that did not exist yet when it was issued.

    It may have been revoked since, and its new carriers are as authentic as it is.
    """
    if await store.carrier_kinds_of(db, intention.credential_id) >= MADE_AT_ISSUE:
        return
    public = await in_force(db, office, now)
    bundle = await inclusion.with_counting_proof(db, read_bundle(settled), public.keys, now)
    carriers = make_carriers(office, bundle)
    _verify_carriers(public, bundle, carriers, now)
    await store.insert_carriers(db, intention.credential_id, to_keep(office, carriers), now)


def _entry(intention: Intention) -> bytes:
    credential: Any = read_object(intention.recorded)
    return issue_entry(credential["id"], compact_claims(credential), binding_of(intention.salt, intention.recorded))
