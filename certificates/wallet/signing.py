"""What the registry does for wallets: sign what was asked for, and keep the Token Status List up to date.

A certificate is bound to the wallet's key at that moment, so this carrier is not made at issue. It says what was recorded and
logged then and nothing else.
"""

from datetime import datetime
from uuid import UUID

from certificates import store
from certificates.bundle import read_bundle
from certificates.carriers.compact import compact_claims
from certificates.carriers.sd_jwt import holder_jwk, write_sd_jwt
from certificates.errors import SelfCheckFailed
from certificates.findings import Authentic
from certificates.keys import Office
from certificates.log.entry import binding_of, issue_entry
from certificates.log.proof import read_proof
from certificates.own_log import inclusion
from certificates.own_log import store as own_log
from certificates.publishing import will_last
from certificates.status_list import Purpose, capacity_for
from certificates.store import Connection
from certificates.strict_json import canonical, read_object
from certificates.token_status import encode_statuses, write_token_list
from certificates.trust import read_trust
from certificates.verification import verify
from certificates.wallet import store as wallet
from certificates.wallet.store import TokenList


async def sign_for_wallet(db: Connection, office: Office, request_id: UUID, now: datetime) -> bool:
    """Sign what a wallet asked for, and check it as whoever is shown it. False if that is done, or the certificate is revoked.

    Raises `LogCorrupt`, or `SelfCheckFailed`: then nothing is handed out.
    """
    wanted = await wallet.wanted(db, request_id)
    if wanted is None:
        return False
    credential = read_object(wanted.recorded)
    entry = issue_entry(str(credential["id"]), compact_claims(credential), binding_of(wanted.salt, wanted.recorded))
    index = read_proof(read_bundle(wanted.bundle).log_proof).index
    published = await store.newest_key_document(db)
    issuer = read_trust(published or canonical(office.key_document()))
    proof = await inclusion.prove(db, index, entry, issuer, now)
    holder = holder_jwk(wanted.holder_key)
    signed = write_sd_jwt(credential, wanted.salt, proof, holder, office.document_method, office.document_signer.sign)
    report = verify(signed.encode(), {issuer.did: issuer}, now)
    if report.authentic is not Authentic.YES:
        raise SelfCheckFailed(report.told)
    return await wallet.insert_credential(db, request_id, signed, now)


async def publish_token_list(db: Connection, office: Office, now: datetime) -> None:
    """Publish the Token Status List if it changed or grows old."""
    async with db.transaction():
        await own_log.lock_log(db)
        last = await wallet.newest_token_list(db)
        entries = capacity_for(await store.count_intentions(db))
        revoked, suspended = [await store.marked(db, one) for one in (Purpose.REVOCATION, Purpose.SUSPENSION)]
        statuses, method = encode_statuses(entries, revoked, suspended), office.document_method
        if last is not None and (last.statuses, last.method) == (statuses, method) and will_last(last.published_at, now):
            return
        content = write_token_list(office.issuer, statuses, method, office.document_signer.sign, now)
        version = 1 if last is None else last.version + 1
        await wallet.insert_token_list(db, TokenList(version, statuses, content, method, now))
