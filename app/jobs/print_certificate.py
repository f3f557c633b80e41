"""Make the pages of a certificate: PDF in three languages, typeset in a process without keys and sealed here.

Idempotent: what is kept is not made again. The certificate exists before its pages and does not need them.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from app.jobs.publish_status_list import keep_published
from certificates.printing import print_certificate

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Print the certificate with this id, in the languages in which it is not printed yet."""
    office = await keep_published(resources)
    async with resources.pool.acquire() as db:
        await print_certificate(db, office, resources.typesetter.typeset, subject, resources.now())
