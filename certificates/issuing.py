"""How a claim becomes a certificate: what was planned is written down before anything is signed. The order is the rule.

    1. lint      a twin of the credential, with a number that nobody has, must pass the profile and be printable
    2. allocate  a serial and a place in the status list, by chance and never used before
    3. record    the intention with the exact bytes, and commit
    4. log       append the leaf, commit, publish a checkpoint, and have as many witnesses cosign it as the centre wants
    5. sign      the recorded bytes, with both proofs, and commit; then the other carriers, which can be made again
    6. verify    our own bundle and every carrier by the public path: the published keys and lists, the employer's function
    7. settle    store the carriers and the bundle: from here on the certificate exists

Each step ends in a commit and is found done when it is repeated, so a crash anywhere resumes at its step. Two processes that
issue for the same source end with the same certificate. What was recorded is the law: a claim that reads differently on the
second attempt (a name corrected in between) changes nothing.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from certificates import inclusion, logbook, store
from certificates.bundle import Bundle, read_bundle, write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.compact import compact_claims
from certificates.carriers.page import unprintable_parts
from certificates.carrying import MADE_AT_ISSUE, as_handed_over, log_proof_file, make_carriers
from certificates.credential import Claim, unsigned_credential
from certificates.data_integrity import prove_twice
from certificates.errors import NotIssuable, NotYetWitnessed, SelfCheckFailed
from certificates.findings import Authentic
from certificates.keyring import custody
from certificates.keys import Office
from certificates.log.entry import SALT_BYTES, Kind, binding_of, issue_entry
from certificates.log.note import read_note
from certificates.log.proof import InclusionProof, write_proof
from certificates.profile import lint
from certificates.publishing import publish_key_document, publish_status_lists
from certificates.report import Report
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

    credential_id: UUID
    serial: Serial
    bundle: bytes
    settled_now: bool


async def issue(db: Connection, office: Office, claim: Claim, now: datetime) -> Issued:
    """Issue the certificate of `claim`, or go on where an earlier attempt stopped, or return the one that exists.

    `db` must not be in a transaction: each step commits. Raises `NotIssuable` before anything is written, `NotYetWitnessed`,
    `SelfCheckFailed`, `LogCorrupt`, `ContextMissing`, or what the database raises; the next attempt resumes.
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
        await _complete(db, office, intention, settled, now)
        return Issued(intention.credential_id, intention.serial, settled, settled_now=False)
    logged = await _log(db, office, intention, now)  # 4
    bundle = await _sign(db, office, intention, logged, now)  # 5
    carriers = make_carriers(office, bundle)
    bundle = await _verify(db, office, bundle, carriers, now)  # 6
    return await _settle(db, intention, bundle, carriers, now)  # 7


def _lint(claim: Claim, office: Office) -> None:
    # 1. A throwaway twin: the real number is drawn only for a credential that may be issued.
    twin = unsigned_credential(claim, office.issuer, new_serial(), 0)
    if faults := lint(twin):
        raise NotIssuable(tuple(str(fault) for fault in faults))
    if letters := unprintable_parts(twin):
        raise NotIssuable(letters)


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


async def _log(db: Connection, office: Office, intention: Intention, now: datetime) -> InclusionProof:
    # 4. log. A key that is new comes first: whatever signs is in the log before what it signs.
    await custody.introduce(db, office, now)
    leaf_index = await logbook.append(db, Kind.ISSUE, _entry(intention), now)
    if await store.checkpoint_covering(db, leaf_index) is None:
        await logbook.publish_checkpoint(db, office, now)
    # Whoever asks the witnesses is not here: this package opens no connection.
    proof = await inclusion.prove(db, leaf_index, _entry(intention), office.witnesses)
    cosigned = office.witnesses.cosigned_by(read_note(proof.checkpoint))
    if len(cosigned) < office.witnesses.quorum:
        raise NotYetWitnessed(f"leaf {leaf_index}: {len(cosigned)} of {office.witnesses.quorum} witnesses")
    return proof


async def _sign(db: Connection, office: Office, intention: Intention, logged: InclusionProof, now: datetime) -> Bundle:
    # 5. sign
    credential = read_object(intention.recorded)
    proofs = await store.proofs_of(db, intention)
    if proofs is None:
        made = prove_twice(credential, office.verification_method, office.signer.sign, now)
        await store.insert_proofs(db, intention, logged.index, canonical(list(made)), now)
        proofs = await store.proofs_of(db, intention)
    signed: JsonObject = {**credential, "proof": read(proofs or b"")}
    return Bundle(signed, intention.salt, write_proof(logged), ())


async def _verify(db: Connection, office: Office, bundle: Bundle, carriers: Mapping[Kept, bytes], now: datetime) -> Bundle:
    # 6. verify our own bundle and every carrier, from their bytes, with what the public has
    keys = read_trust(await publish_key_document(db, office, now))
    bundle = bundle.with_status(await publish_status_lists(db, office, now))
    trust, proof = {keys.did: keys}, log_proof_file(bundle)
    lists = [canonical(document) for document in bundle.status]
    handed_over = [data for kind, content in carriers.items() for data in as_handed_over(kind, content, bundle)]
    for data in (write_bundle(bundle), *handed_over):
        report = verify(data, trust, now, lists, proof)
        if not report.verified:
            raise SelfCheckFailed(_told(report))
    return bundle


async def _settle(
    db: Connection, intention: Intention, bundle: Bundle, carriers: Mapping[Kept, bytes], now: datetime
) -> Issued:
    # 7. settle
    data = write_bundle(bundle)
    async with db.transaction():
        for kind, content in carriers.items():
            await store.insert_carrier(db, intention.credential_id, kind, content, now)
        settled_now = await store.insert_bundle(db, intention, data, now)
    return Issued(
        intention.credential_id, intention.serial, await store.bundle_of(db, intention) or data, settled_now=settled_now
    )


async def _complete(db: Connection, office: Office, intention: Intention, settled: bytes, now: datetime) -> None:
    """Make what is missing of a certificate that exists: a carrier that did not exist yet when it was issued.

    It may have been revoked since, and its new carriers are as authentic as it is.
    """
    if await store.carrier_kinds_of(db, intention.credential_id) >= MADE_AT_ISSUE:
        return
    bundle = read_bundle(settled)
    carriers = make_carriers(office, bundle)
    keys = read_trust(await publish_key_document(db, office, now))
    for kind, content in carriers.items():
        for data in as_handed_over(kind, content, bundle):
            report = verify(data, {keys.did: keys}, now, (), log_proof_file(bundle))
            if report.authentic is not Authentic.YES:
                raise SelfCheckFailed(_told(report))
        await store.insert_carrier(db, intention.credential_id, kind, content, now)


def _told(report: Report) -> str:
    failure = report.failure
    return f"{report.carrier}: " + (f"{failure.step}: {failure.finding} {failure.detail}" if failure else "no step failed")


def _entry(intention: Intention) -> bytes:
    credential: Any = read_object(intention.recorded)
    return issue_entry(credential["id"], compact_claims(credential), binding_of(intention.salt, intention.recorded))
