"""How a certificate that exists becomes pages: typeset, sealed, checked by the public path, kept. The order is the rule.

    1. read      the settled file and the signed claims, as they are stored
    2. typeset   in a process that holds no key: pages and attachments, a pure function of what was read
    3. seal      with the newest document key
    4. verify    the sealed file, as an employer would
    5. keep      the row, if no other attempt was faster

The certificate is settled before: nobody waits for pages, and a crash anywhere leaves it without them until the next attempt,
which makes the same ones.
"""

from datetime import datetime
from typing import Final
from uuid import UUID

from certificates import store
from certificates.bundle import Bundle, read_bundle, write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.printed import Language, Print
from certificates.carriers.qr import front_url, second_code
from certificates.carriers.sealing import open_sealer, seal
from certificates.carriers.typesetting import Typeset, edition
from certificates.carrying import to_keep
from certificates.credential import summary
from certificates.errors import SelfCheckFailed
from certificates.findings import Authentic
from certificates.keys import Office
from certificates.log.proof import read_proof
from certificates.own_log.inclusion import with_counting_proof
from certificates.publishing import in_force
from certificates.store import Connection
from certificates.trust import TrustedIssuer
from certificates.verification import verify

PRINTED: Final = {Language.KAZAKH: Kept.PDF_KK, Language.RUSSIAN: Kept.PDF_RU, Language.ENGLISH: Kept.PDF_EN}
"""Which row a printing is kept in."""


async def print_certificate(db: Connection, office: Office, typeset: Typeset, credential_id: UUID, now: datetime) -> int:
    """Make the pages of a certificate in every language in which they are missing; answers how many were made.

    Raises `TypesettingFailed`, `SelfCheckFailed`, `FontMissing`, or what the database raises; the next attempt goes on.
    """
    certificate = await store.certificate_by_id(db, credential_id)
    kept = await store.carriers_of(db, credential_id)
    if certificate is None or Kept.QR not in kept:
        return 0  # not settled yet: whoever settles it asks again
    # What was signed long ago was signed with keys that may no longer be here: only what is published names all of them.
    keys = (await in_force(db, office, now)).keys
    data = write_bundle(await with_counting_proof(db, read_bundle(certificate.bundle), keys, now))
    made = 0
    for language, kind in PRINTED.items():
        if kind in kept:
            continue
        pdf = await make_pages(office, typeset, data, kept[Kept.QR], language)  # 1, 2, 3
        check_made(kind, pdf, keys, now)  # 4
        await store.insert_carriers(db, credential_id, to_keep(office, {kind: pdf}), now)  # 5
        made += 1
    return made


def check_made(kind: Kept, data: bytes, keys: TrustedIssuer, now: datetime, log_proof: bytes = b"") -> None:
    """Check a carrier as an employer would. Raises `SelfCheckFailed` unless it is authentic."""
    report = verify(data, {keys.did: keys}, now, (), log_proof)
    if report.authentic is not Authentic.YES:
        raise SelfCheckFailed(f"{kind}: {report.told}")


async def make_pages(office: Office, typeset: Typeset, data: bytes, cose: bytes, language: Language) -> bytes:
    """Typeset and seal one printing of the certificate file `data`, whose signed claims are `cose`."""
    bundle = read_bundle(data)
    unsealed = await typeset(data, printing_of(bundle, cose, language))
    return seal(unsealed, open_sealer(office.document_signer, office.document_certificates), bundle.credential)


def printing_of(bundle: Bundle, cose: bytes, language: Language) -> Print:
    """What the pages of a certificate are made from besides its file."""
    issuer_url = summary(bundle.credential).issuer_url
    return Print(language, edition(), front_url(issuer_url, cose), second_code(cose, read_proof(bundle.log_proof)))
