"""Make the pages of a certificate: PDF in three languages, typeset in a process without keys and sealed here.

Idempotent: what is kept is not made again. The certificate exists before its pages and does not need them.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from app.key_safe import office_by
from certificates.printing import print_certificate

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources


async def run(resources: "RegistryResources", subject: UUID) -> None:
    """Print the certificate with this id, in the languages in which it is not printed yet."""
    office = office_by(resources.settings, resources.safe, resources.now())
    async with resources.pool.acquire() as db:
        await print_certificate(db, office, resources.typesetter.typeset, subject, resources.now())
