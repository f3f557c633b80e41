"""Sign a certificate for a wallet that waits for it. Idempotent: a request is signed once."""

from typing import TYPE_CHECKING
from uuid import UUID

from app import audit
from app.database import transaction
from app.jobs.publish_status_list import keep_published
from app.live import notify
from certificates.wallet.signing import sign_for_wallet

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Sign what the request with this id asks for, and tell whoever waits for it."""
    office = await keep_published(resources)
    async with transaction(resources.pool) as db:
        if await sign_for_wallet(db, office, subject, resources.now()):
            await audit.record(db, None, "credential:wallet", f"wallet-request:{subject}", {})
        await notify(db, f"wallet:{subject}")
