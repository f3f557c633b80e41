"""Make the tokens and pages again that a withdrawn document key had signed, of every certificate there is, some at a time.

A job looks at the certificates that follow its id, and puts the next one into the queue for those after: one waits at a time,
however many certificates there are. The first comes in the transaction that withdraws the key, and the registry asks for a
round when it starts and once a day. Jobs may come again at any time: what is signed with a key that counts is not made again.
New versions and the word in the audit are written in one transaction, so that neither is there without the other, and nothing
is made twice.
"""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import structlog

from app import audit
from app.database import Pool, transaction
from app.jobs.queue import Job, enqueue
from app.key_safe import office_by
from certificates import store
from certificates.carriers.typesetting import Typeset
from certificates.errors import CertificateError
from certificates.keys import Office
from certificates.resealing import reseal

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources

log = structlog.get_logger(__name__)

ALL: Final = UUID(int=0)
"""Begin before the first certificate."""

BATCH: Final = 100
"""Certificates looked at in one job: a few milliseconds if nothing is to do, some ten seconds if all of them are."""


def new_beginning() -> UUID:
    """An id before those of all certificates, which are random (RFC 9562, version 4), and of no round that runs already.

    That one may have looked at some certificates before the key was withdrawn.
    """
    return UUID(int=secrets.randbits(32))


@dataclass(slots=True)
class Batch:
    """What was done, with whom, and which certificate was the last one to be looked at; None: there are no more."""

    last: UUID | None
    resealed: int = 0
    failures: dict[str, str] = field(default_factory=dict[str, str])
    """what went wrong, by the number of the certificate"""


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Look at the certificates after the one with this id."""
    office = office_by(resources.settings, resources.safe, resources.now())
    batch = await reseal_after(resources.pool, office, resources.typesetter.typeset, subject, resources.now())
    for serial, error in batch.failures.items():
        log.error("certificate-not-resealed", serial=serial, error=error)
    if batch.last is not None:
        async with transaction(resources.pool) as db:
            await enqueue(db, Job.RESEAL_CERTIFICATES, batch.last)


async def reseal_after(pool: Pool, office: Office, typeset: Typeset, after: UUID, now: datetime) -> Batch:
    """Seal again what is to be among the certificates after this one. What one of them lacks stops no other."""
    async with pool.acquire() as db:
        looked_at = await store.looked_through(db, after, BATCH)
    batch = Batch(looked_at[-1].credential_id if looked_at else None)
    for one in looked_at:
        if one.to_reseal:
            try:
                batch.resealed += await reseal_one(pool, office, typeset, one.credential_id, now)
            except CertificateError as error:
                batch.failures[one.serial] = str(error)
    return batch


async def reseal_one(pool: Pool, office: Office, typeset: Typeset, credential_id: UUID, now: datetime) -> bool:
    """Make and keep what is to be made again of one. False: there was nothing, or another attempt was faster."""
    async with pool.acquire() as db:
        made = await reseal(db, office, typeset, credential_id, now)
    if made is None:
        return False
    async with transaction(pool) as db:
        kinds = await store.insert_carriers(db, credential_id, made.carriers, now)
        if kinds:
            facts: dict[str, object] = {"kinds": kinds, "key": office.document_signer.name}
            await audit.record(db, None, "credential:reseal", f"credential:{made.serial}", facts)
    return bool(kinds)
