"""How a certificate gets its token and its pages again, after the key that signed them was withdrawn. The order is the rule.

    1. read      which of its carriers a document key signed that was withdrawn; the settled file, and the signed claims
    2. make      each of them anew with the newest document key, from the same data
    3. verify    each by the public path, as an employer would
    4. keep      as the next version of its kind: whoever called does, in one transaction with the audit

The log stands for the certificate and not for its seals, so nobody can tell a seal of before the theft from one by the thief:
all of them are refused, and the centre owes new ones. The certificate itself, its number and its place in the log stay. A crash
anywhere leaves it as it was, and the next attempt makes the same ones; the older versions stay where they are.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from certificates import store
from certificates.bundle import read_bundle, write_bundle
from certificates.carriers.carrier import Kept, KeptCarrier
from certificates.carriers.typesetting import Typeset
from certificates.carrying import log_proof_file, make_token
from certificates.keys import Office
from certificates.own_log.inclusion import with_counting_proof
from certificates.printing import PRINTED, check_made, make_pages
from certificates.publishing import in_force
from certificates.serial import Serial
from certificates.store import Connection

_LANGUAGES: Final = {kind: language for language, kind in PRINTED.items()}


@dataclass(frozen=True, slots=True)
class Resealed:
    """What was made for a certificate, and is to be kept."""

    serial: Serial
    carriers: tuple[KeptCarrier, ...]


async def reseal(db: Connection, office: Office, typeset: Typeset, credential_id: UUID, now: datetime) -> Resealed | None:
    """Make what a withdrawn key had signed of a certificate; None: there is nothing to make.

    Raises `TypesettingFailed`, `SelfCheckFailed`, `FontMissing`, or what the database raises.
    """
    withdrawn = await store.withdrawn_carriers(db, credential_id)  # 1
    certificate = await store.certificate_by_id(db, credential_id)
    if not withdrawn or certificate is None:
        return None
    keys = (await in_force(db, office, now)).keys
    bundle = await with_counting_proof(db, read_bundle(certificate.bundle), keys, now)
    data, claims = write_bundle(bundle), (await store.carriers_of(db, credential_id))[Kept.QR]
    made: list[KeptCarrier] = []
    for kind, version in withdrawn.items():
        if kind is Kept.JWT:
            content = make_token(office, bundle)  # 2
            check_made(kind, content, keys, now, log_proof_file(bundle))  # 3
        else:
            content = await make_pages(office, typeset, data, claims, _LANGUAGES[kind])  # 2
            check_made(kind, content, keys, now)  # 3
        made.append(KeptCarrier(kind, content, office.document_signer.name, version + 1))
    return Resealed(certificate.serial, tuple(made))
