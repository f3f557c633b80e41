"""Publish what the centre says about its certificates: the key document and both status lists.

The work is the same whatever the job's subject is: lists are made from all decisions so far, and only a list that changed or
grows old is signed. `keep_published` also runs when the registry starts and now and then after, so that lists never run out by
themselves.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from app.jobs.ask_witnesses import THE_LOG
from app.jobs.queue import Job, enqueue
from app.key_safe import office_by
from certificates.keys import Office
from certificates.publishing import publish_key_document, publish_status_lists
from certificates.wallet.signing import publish_token_list

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:  # noqa: ARG001 - every list takes in every change
    """Publish whatever has changed; the id only tells one asking from another."""
    await keep_published(resources)


async def keep_published(resources: "RegistryResources") -> Office:
    """Publish what is new or grows old. A centre without keys gets its first ones. Returns the office that did it."""
    now = resources.now()
    settings = resources.settings
    office = office_by(settings, resources.safe, now)
    async with resources.pool.acquire() as db:
        document = await publish_key_document(db, office, now)
        await publish_status_lists(db, office, now)
        await publish_token_list(db, office, now)
        if office.witnesses.keys:
            await enqueue(db, Job.ASK_WITNESSES, THE_LOG)
    write_own_trust(settings.data_dir, office, document)
    return office


def write_own_trust(data_dir: Path, office: Office, document: bytes) -> None:
    """Keep the key document under `trust/`, where `sarap certificate verify` on the centre's own machine looks."""
    path = data_dir / "trust" / f"{office.issuer.did.removeprefix('did:web:').replace('%3A', '-')}.json"
    if path.is_file() and path.read_bytes() == document:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_suffix(f".{os.getpid()}.tmp")
    beside.write_bytes(document)
    beside.replace(path)
