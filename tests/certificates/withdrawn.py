"""A centre whose document key is stolen long after it issued: its office before and after, and what is done about the key."""

from dataclasses import replace
from datetime import datetime, timedelta

from certificates.carriers.carrier import Kept
from certificates.carriers.printed import Print
from certificates.carriers.typesetting import render
from certificates.chain import Organisation, certify, make_root
from certificates.issuing import Issued, issue
from certificates.keyring import custody
from certificates.keys import Office
from certificates.printing import PRINTED, print_certificate
from certificates.publishing import publish_key_document
from certificates.store import Connection
from certificates.trust import Trust, read_trust
from tests.certificates.centre import NOW, Centre, claim, document_signer, p256

OFFICE = Centre().office
LATER = NOW + timedelta(days=400)
PEOPLE = ("First Custodian", "Second Custodian")
SEALED = frozenset({*PRINTED.values(), Kept.JWT})
"""What a document key signs of a certificate."""


async def in_this_process(bundle: bytes, what: Print) -> bytes:
    return render(bundle, what)


def next_office(name: str = "document-2027-1") -> Office:
    """The centre with its next document key, which is certified when it is made."""
    document = document_signer(name, name)
    root = make_root(Organisation("The centre", "KZ", "NTRKZ-123456789012"), NOW, p256("centre root"))
    chain = certify(root, document.name, document.public_key, LATER)
    return replace(OFFICE, document_signers=(*OFFICE.document_signers, document), document_certificates=chain)


async def withdraw(db: Connection, office: Office, name: str, from_log_index: int | None = None) -> Trust:
    """Withdraw a key, and say what an employer has who got the key document then."""
    await custody.introduce(db, office, LATER)
    async with db.transaction():
        await custody.revoke(db, office, name, from_log_index, PEOPLE, LATER)
    keys = read_trust(await publish_key_document(db, office, LATER))
    return {keys.did: keys}


async def certified(db: Connection, source: str = "decision:1", office: Office = OFFICE, now: datetime = NOW) -> Issued:
    issued = await issue(db, office, claim(source), now)
    await print_certificate(db, office, in_this_process, issued.credential_id, now)
    return issued
