"""The SQL of certificates. Every table is append-only; the caller owns the transaction."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, LiteralString, TypeAlias
from uuid import UUID

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from certificates.carriers.carrier import Kept, KeptCarrier
from certificates.findings import Status
from certificates.number_lookup import NumberFacts
from certificates.reasons import Reason
from certificates.serial import Serial
from certificates.standing import StatusChange
from certificates.status_list import Purpose

# Quoted: only the type checker knows these classes as generic.
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Intention:
    """What is going to be signed: `recorded` is the RFC 8785 form of the unsigned credential."""

    credential_id: UUID
    source: str
    serial: Serial
    status_index: int
    salt: bytes
    recorded: bytes
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Publication:
    """A published status list: the signed credential."""

    purpose: Purpose
    version: int
    credential: bytes
    published_at: datetime
    jwt: bytes | None = None
    """the same list as a JWT; lists of earlier versions have none"""


@dataclass(frozen=True, slots=True)
class StoredCertificate:
    """A certificate that was settled, with its file."""

    credential_id: UUID
    serial: Serial
    source: str
    bundle: bytes
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class ListedCertificate:
    """A line in a list of certificates."""

    credential_id: UUID
    serial: Serial
    source: str
    holder_name: str
    achievement: str
    settled_at: datetime
    revoked: bool
    suspended: bool


@dataclass(frozen=True, slots=True)
class ChangeToLog:
    """A change of status with what its log entry is made from."""

    change_id: int
    credential_url: str
    salt: bytes
    purpose: Purpose
    active: bool
    reason: str
    decided_at: datetime
    reason_code: str | None


# Intentions

INTENTION_OF: Final[LiteralString] = """
    SELECT credential_id, source, serial, status_index, salt, recorded, created_at
    FROM credential_intention WHERE source = $1
"""


async def intention_of(db: Connection, source: str) -> Intention | None:
    """Load what was recorded for `source`."""
    row = await db.fetchrow(INTENTION_OF, source)
    return Intention(**row) if row else None


COUNT_INTENTIONS: Final[LiteralString] = "SELECT count(*) FROM credential_intention"


async def count_intentions(db: Connection) -> int:
    """Count the places of the status list that are taken."""
    return int(await db.fetchval(COUNT_INTENTIONS))


INSERT_INTENTION: Final[LiteralString] = """
    INSERT INTO credential_intention (credential_id, source, serial, status_index, salt, recorded, created_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
    ON CONFLICT DO NOTHING RETURNING credential_id
"""


async def insert_intention(db: Connection, new: Intention) -> bool:
    """Record an intention. False if its source, serial or place is taken: nothing was written."""
    written = await db.fetchval(
        INSERT_INTENTION, new.credential_id, new.source, new.serial, new.status_index, new.salt, new.recorded, new.created_at
    )
    return written is not None


# Signatures and bundles

PROOFS_OF: Final[LiteralString] = "SELECT proofs FROM credential_signature WHERE credential_id = $1"


async def proofs_of(db: Connection, intention: Intention) -> bytes | None:
    """Load the proofs of a credential: a JSON array."""
    proofs: bytes | None = await db.fetchval(PROOFS_OF, intention.credential_id)
    return proofs


BUNDLE_OF: Final[LiteralString] = "SELECT bundle FROM credential_bundle WHERE credential_id = $1"


async def bundle_of(db: Connection, intention: Intention) -> bytes | None:
    """Load the certificate file of an intention that was settled."""
    bundle: bytes | None = await db.fetchval(BUNDLE_OF, intention.credential_id)
    return bundle


SETTLE: Final[LiteralString] = """
    WITH signed AS (
        INSERT INTO credential_signature (credential_id, leaf_index, proofs, created_at) VALUES ($1, $2, $3, $8)
        ON CONFLICT DO NOTHING
    ), carried AS (
        INSERT INTO credential_carrier (credential_id, kind, content, signed_by, created_at)
        SELECT $1, carrier.*, $8 FROM unnest($4::text[], $5::bytea[], $6::text[]) AS carrier ON CONFLICT DO NOTHING
    )
    INSERT INTO credential_bundle (credential_id, bundle, settled_at) VALUES ($1, $7, $8) ON CONFLICT DO NOTHING RETURNING true
"""


async def settle(
    db: Connection,
    intention: Intention,
    leaf_index: int,
    proofs: bytes,
    carriers: Sequence[KeptCarrier],
    bundle: bytes,
    now: datetime,
) -> bool:
    """Keep the proofs, the carriers and the file at once: from here on the certificate exists for everybody.

    False if another attempt was faster: all of its stays.
    """
    kinds, contents = [one.kind for one in carriers], [one.content for one in carriers]
    names = [one.signed_by for one in carriers]
    return bool(await db.fetchval(SETTLE, intention.credential_id, leaf_index, proofs, kinds, contents, names, bundle, now))


CERTIFICATE_BY_SERIAL: Final[LiteralString] = """
    SELECT credential_id, serial, source, bundle, settled_at
    FROM credential_bundle JOIN credential_intention USING (credential_id) WHERE serial = $1
"""


async def certificate_by_serial(db: Connection, serial: Serial) -> StoredCertificate | None:
    """Load a certificate by its full number; there is no other way to ask."""
    row = await db.fetchrow(CERTIFICATE_BY_SERIAL, serial)
    return StoredCertificate(**row) if row else None


PAGE_FACTS: Final[LiteralString] = """
    SELECT b.credential_id,
           (SELECT max(change_id) FROM credential_status_change c WHERE c.credential_id = b.credential_id) AS change_id,
           (SELECT count(*) FROM credential_carrier c WHERE c.credential_id = b.credential_id) AS carriers,
           (SELECT (did, version)::text FROM issuer_document ORDER BY published_at DESC, version DESC LIMIT 1) AS key_document,
           (SELECT max(version) FROM status_list_publication WHERE purpose = 'revocation') AS revocation,
           (SELECT max(version) FROM status_list_publication WHERE purpose = 'suspension') AS suspension,
           (SELECT max(version) FROM status_list_publication WHERE purpose = 'message') AS message
    FROM credential_bundle b JOIN credential_intention USING (credential_id) WHERE serial = $1
"""


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What a certificate's page follows from, beside the time and more cosignatures of witnesses.

    Each table only grows: the newest row of each names all that was decided and published. `change_id` is that of this very
    certificate, the versions are those of the centre.
    """

    credential_id: UUID
    change_id: int | None
    carriers: int
    key_document: str | None
    revocation: int | None
    suspension: int | None
    message: int | None


async def page_facts(db: Connection, serial: Serial) -> PageFacts | None:
    """Say what the page of the certificate of this full number follows from now."""
    row = await db.fetchrow(PAGE_FACTS, serial)
    return PageFacts(**row) if row else None


CERTIFICATE_BY_ID: Final[LiteralString] = """
    SELECT credential_id, serial, source, bundle, settled_at
    FROM credential_bundle JOIN credential_intention USING (credential_id) WHERE credential_id = $1
"""


async def certificate_by_id(db: Connection, credential_id: UUID) -> StoredCertificate | None:
    """Load a certificate for the registry's own work, once it is settled."""
    row = await db.fetchrow(CERTIFICATE_BY_ID, credential_id)
    return StoredCertificate(**row) if row else None


CERTIFICATE_OF_SOURCE: Final[LiteralString] = """
    SELECT credential_id, serial, source, bundle, settled_at
    FROM credential_bundle JOIN credential_intention USING (credential_id) WHERE source = $1
"""


async def certificate_of_source(db: Connection, source: str) -> StoredCertificate | None:
    """Load the certificate that followed from e.g. `decision:<uuid>`, once it is settled."""
    row = await db.fetchrow(CERTIFICATE_OF_SOURCE, source)
    return StoredCertificate(**row) if row else None


NEWEST_CERTIFICATE: Final[LiteralString] = "SELECT bundle FROM credential_bundle ORDER BY settled_at DESC LIMIT 1"


async def newest_certificate(db: Connection) -> bytes | None:
    """Load the file of the certificate that was settled last."""
    bundle: bytes | None = await db.fetchval(NEWEST_CERTIFICATE)
    return bundle


LISTED_CERTIFICATES: Final[LiteralString] = """
    SELECT b.credential_id, i.serial, i.source,
           convert_from(b.bundle, 'UTF8')::jsonb #>> '{credential,credentialSubject,identifier,0,identityHash}' AS holder_name,
           convert_from(b.bundle, 'UTF8')::jsonb #>> '{credential,name}' AS achievement,
           b.settled_at,
           coalesce((SELECT active FROM credential_status_change c WHERE c.credential_id = b.credential_id
                     AND purpose = 'revocation' ORDER BY change_id DESC LIMIT 1), false) AS revoked,
           coalesce((SELECT active FROM credential_status_change c WHERE c.credential_id = b.credential_id
                     AND purpose = 'suspension' ORDER BY change_id DESC LIMIT 1), false) AS suspended
    FROM credential_bundle b JOIN credential_intention i USING (credential_id)
    ORDER BY b.settled_at DESC, i.serial LIMIT $1
"""


async def listed_certificates(db: Connection, limit: int) -> list[ListedCertificate]:
    """List the newest certificates with their standing."""
    return [ListedCertificate(**row) for row in await db.fetch(LISTED_CERTIFICATES, limit)]


# Carriers

CARRIERS_OF: Final[LiteralString] = """
    SELECT DISTINCT ON (kind) kind, content FROM credential_carrier WHERE credential_id = $1 ORDER BY kind, version DESC
"""


async def carriers_of(db: Connection, credential_id: UUID) -> dict[Kept, bytes]:
    """Load the carriers of a certificate that count, by kind. One that is missing can be made again by issuing once more."""
    return {Kept(row["kind"]): row["content"] for row in await db.fetch(CARRIERS_OF, credential_id)}


CARRIER_KINDS_OF: Final[LiteralString] = "SELECT kind FROM credential_carrier WHERE credential_id = $1"


async def carrier_kinds_of(db: Connection, credential_id: UUID) -> frozenset[Kept]:
    """Which carriers of a certificate are kept, without loading them."""
    return frozenset(Kept(row["kind"]) for row in await db.fetch(CARRIER_KINDS_OF, credential_id))


CARRIER_OF: Final[LiteralString] = """
    SELECT content FROM credential_carrier WHERE credential_id = $1 AND kind = $2 ORDER BY version DESC LIMIT 1
"""


async def carrier_of(db: Connection, credential_id: UUID, kind: Kept) -> bytes | None:
    """Load one carrier of a certificate, if it is kept: of several versions the newest."""
    content: bytes | None = await db.fetchval(CARRIER_OF, credential_id, kind)
    return content


INSERT_CARRIERS: Final[LiteralString] = """
    INSERT INTO credential_carrier (credential_id, kind, content, signed_by, version, created_at)
    SELECT $1, carrier.*, $6 FROM unnest($2::text[], $3::bytea[], $4::text[], $5::int[]) AS carrier
    ON CONFLICT DO NOTHING RETURNING kind
"""


async def insert_carriers(db: Connection, credential_id: UUID, carriers: Sequence[KeptCarrier], now: datetime) -> list[Kept]:
    """Keep carriers and say which were; where another attempt was faster, its carrier stays."""
    kinds, contents = [one.kind for one in carriers], [one.content for one in carriers]
    names, versions = [one.signed_by for one in carriers], [one.version for one in carriers]
    rows = await db.fetch(INSERT_CARRIERS, credential_id, kinds, contents, names, versions, now)
    return [Kept(row["kind"]) for row in rows]


WITHDRAWN_CARRIERS: Final[LiteralString] = """
    SELECT kind, version FROM (
        SELECT DISTINCT ON (kind) kind, version, signed_by FROM credential_carrier
        WHERE credential_id = $1 AND kind <> 'qr' ORDER BY kind, version DESC
    ) newest
    WHERE EXISTS (
        SELECT FROM key_event withdrawn WHERE withdrawn.kind = 'revoke-key' AND withdrawn.key_name LIKE 'document-%'
          AND withdrawn.key_name = coalesce(newest.signed_by, withdrawn.key_name)
    )
"""


async def withdrawn_carriers(db: Connection, credential_id: UUID) -> dict[Kept, int]:
    """Which kinds of a certificate are signed by a document key that was withdrawn, and which version each is in.

    One of which it is not known who signed it is among them as soon as any document key was withdrawn.
    """
    return {Kept(row["kind"]): row["version"] for row in await db.fetch(WITHDRAWN_CARRIERS, credential_id)}


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """A certificate, and whether `withdrawn_carriers` names some of it; not if it is refused itself, with its own key."""

    credential_id: UUID
    serial: Serial
    to_reseal: bool


LOOKED_THROUGH: Final[LiteralString] = """
    SELECT looked.credential_id, i.serial, EXISTS (
        SELECT FROM credential_carrier kept JOIN key_event withdrawn
          ON withdrawn.key_name = coalesce(kept.signed_by, withdrawn.key_name)
        WHERE kept.credential_id = looked.credential_id AND kept.kind <> 'qr'
          AND withdrawn.kind = 'revoke-key' AND withdrawn.key_name LIKE 'document-%'
          AND NOT EXISTS (
            SELECT FROM credential_carrier newer
            WHERE newer.credential_id = kept.credential_id AND newer.kind = kept.kind AND newer.version > kept.version
          )
    ) AND NOT EXISTS (
        SELECT FROM credential_signature signed JOIN key_event stolen ON stolen.from_log_index <= signed.leaf_index
        WHERE signed.credential_id = looked.credential_id AND stolen.kind = 'revoke-key'
          AND split_part(convert_from(signed.proofs, 'UTF8')::jsonb #>> '{0,verificationMethod}', '#', 2) = stolen.key_name
    ) AS to_reseal
    FROM (
        SELECT credential_id FROM credential_bundle
        WHERE credential_id > $1
          AND EXISTS (SELECT FROM key_event WHERE kind = 'revoke-key' AND key_name LIKE 'document-%')
        ORDER BY credential_id LIMIT $2
    ) looked JOIN credential_intention i USING (credential_id)
    ORDER BY looked.credential_id
"""


async def looked_through(db: Connection, after: UUID, limit: int) -> list[LookedThrough]:
    """Look at the certificates that follow one in the order of their ids; none where no document key was ever withdrawn."""
    return [LookedThrough(**row) for row in await db.fetch(LOOKED_THROUGH, after, limit)]


UNPRINTED_CERTIFICATES: Final[LiteralString] = """
    SELECT b.credential_id FROM credential_bundle b
    WHERE b.settled_at < $1
      AND EXISTS (SELECT FROM credential_carrier c WHERE c.credential_id = b.credential_id AND c.kind = 'qr')
      AND (SELECT count(DISTINCT kind) FROM credential_carrier c
           WHERE c.credential_id = b.credential_id AND c.kind LIKE 'pdf-%') < $2
    ORDER BY b.settled_at LIMIT 1000
"""


async def unprinted_certificates(db: Connection, settled_before: datetime, languages: int) -> list[UUID]:
    """Certificates that have no pages yet in one of the `languages` in which they are printed."""
    return [row["credential_id"] for row in await db.fetch(UNPRINTED_CERTIFICATES, settled_before, languages)]


# Numbers

CROWD: Final[LiteralString] = """
    SELECT i.serial AS number, said.credential ->> 'name' AS achievement,
           (said.credential ->> 'validFrom')::timestamptz AS awarded_at,
           (said.credential ->> 'validUntil')::timestamptz AS valid_until,
           coalesce((SELECT active FROM credential_status_change c WHERE c.credential_id = i.credential_id
                     AND purpose = 'revocation' ORDER BY change_id DESC LIMIT 1), false) AS revoked,
           coalesce((SELECT active FROM credential_status_change c WHERE c.credential_id = i.credential_id
                     AND purpose = 'suspension' ORDER BY change_id DESC LIMIT 1), false) AS suspended
    FROM credential_intention i JOIN credential_bundle b USING (credential_id),
         LATERAL (SELECT convert_from(b.bundle, 'UTF8')::jsonb -> 'credential' AS credential) said
    WHERE number_hash(i.serial) BETWEEN $1 AND $2
"""


async def crowd(db: Connection, least: bytes, greatest: bytes, now: datetime) -> list[NumberFacts]:
    """What the numbers tell whose hashes are between two."""
    return [_number_facts(row, now) for row in await db.fetch(CROWD, least, greatest)]


def _number_facts(row: asyncpg.Record, now: datetime) -> NumberFacts:
    ends: datetime | None = row["valid_until"]
    status = (
        Status.REVOKED
        if row["revoked"]
        else Status.SUSPENDED
        if row["suspended"]
        else Status.EXPIRED
        if ends is not None and ends <= now
        else Status.GOOD
    )
    return NumberFacts(row["number"], row["achievement"], row["awarded_at"], ends, status)


# Status

CHANGES_OF: Final[LiteralString] = """
    SELECT change_id, purpose, active, reason, decided_by, decided_at, reason_code
    FROM credential_status_change WHERE credential_id = $1 ORDER BY change_id
"""


async def changes_of(db: Connection, certificate: StoredCertificate) -> list[StatusChange]:
    """Load what was decided about a certificate, oldest first."""
    rows = await db.fetch(CHANGES_OF, certificate.credential_id)
    return [StatusChange(**_with_reason(row)) for row in rows]


LOCK_STANDING: Final[LiteralString] = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))"


async def lock_standing(db: Connection, certificate: StoredCertificate) -> None:
    """Let one transaction at a time decide about a certificate."""
    await db.execute(LOCK_STANDING, str(certificate.credential_id))


INSERT_CHANGE: Final[LiteralString] = """
    INSERT INTO credential_status_change (credential_id, purpose, active, reason, decided_by, decided_at, reason_code)
    VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


async def insert_change(
    db: Connection,
    certificate: StoredCertificate,
    purpose: Purpose,
    *,
    active: bool,
    reason: str,
    decided_by: UUID,
    now: datetime,
    code: Reason | None = None,
) -> None:
    """Record a decision about a certificate; `standing.change_to` has said that it is possible."""
    await db.execute(INSERT_CHANGE, certificate.credential_id, purpose, active, reason, decided_by, now, code)


MARKED: Final[LiteralString] = """
    SELECT status_index FROM (
        SELECT DISTINCT ON (credential_id) credential_id, active
        FROM credential_status_change WHERE purpose = $1 ORDER BY credential_id, change_id DESC
    ) newest JOIN credential_intention USING (credential_id)
    WHERE active ORDER BY status_index
"""


async def marked(db: Connection, purpose: Purpose) -> list[int]:
    """Name the places whose bit is set in the list of `purpose`."""
    return [row["status_index"] for row in await db.fetch(MARKED, purpose)]


REASONS_MARKED: Final[LiteralString] = """
    SELECT status_index, purpose, reason_code FROM (
        SELECT DISTINCT ON (credential_id, purpose) credential_id, purpose, active, reason_code
        FROM credential_status_change ORDER BY credential_id, purpose, change_id DESC
    ) newest JOIN credential_intention USING (credential_id)
    WHERE active AND reason_code IS NOT NULL ORDER BY purpose DESC
"""


async def reasons_marked(db: Connection) -> dict[int, Reason]:
    """The reason at each place of the list: that of the revocation, else that of the suspension."""
    return {row["status_index"]: Reason(row["reason_code"]) for row in await db.fetch(REASONS_MARKED)}


CHANGES_TO_LOG: Final[LiteralString] = """
    SELECT change_id, convert_from(recorded, 'UTF8')::jsonb ->> 'id' AS credential_url,
           salt, purpose, active, reason, decided_at, reason_code
    FROM credential_status_change JOIN credential_intention USING (credential_id) ORDER BY change_id
"""


async def changes_to_log(db: Connection) -> list[ChangeToLog]:
    """Load all changes of status. Which of them are in the log follows from their leaf hashes."""
    return [ChangeToLog(**_with_purpose(row)) for row in await db.fetch(CHANGES_TO_LOG)]


NEWEST_PUBLICATION: Final[LiteralString] = """
    SELECT purpose, version, credential, published_at, jwt
    FROM status_list_publication WHERE purpose = $1 ORDER BY version DESC LIMIT 1
"""


async def newest_publication(db: Connection, purpose: Purpose) -> Publication | None:
    """Load the list of `purpose` that is in force."""
    row = await db.fetchrow(NEWEST_PUBLICATION, purpose)
    return Publication(**_with_purpose(row)) if row else None


NEWEST_PUBLICATIONS: Final[LiteralString] = """
    SELECT newest.* FROM unnest($1::text[]) WITH ORDINALITY AS asked (purpose, place), LATERAL (
        SELECT purpose, version, credential, published_at, jwt
        FROM status_list_publication WHERE purpose = asked.purpose ORDER BY version DESC LIMIT 1
    ) AS newest ORDER BY asked.place
"""


async def newest_publications(db: Connection, purposes: Iterable[Purpose] = Purpose) -> list[Publication]:
    """Load the lists that are in force, in the order of `purposes`. One that was never published is not in the answer."""
    return [Publication(**_with_purpose(row)) for row in await db.fetch(NEWEST_PUBLICATIONS, list(purposes))]


INSERT_PUBLICATION: Final[LiteralString] = """
    INSERT INTO status_list_publication (purpose, version, credential, published_at, jwt) VALUES ($1, $2, $3, $4, $5)
"""


async def insert_publication(db: Connection, new: Publication) -> None:
    """Publish a list."""
    await db.execute(INSERT_PUBLICATION, new.purpose, new.version, new.credential, new.published_at, new.jwt)


# The key document

NEWEST_KEY_DOCUMENT: Final[LiteralString] = """
    SELECT document FROM issuer_document ORDER BY published_at DESC, version DESC LIMIT 1
"""


async def newest_key_document(db: Connection) -> bytes | None:
    """Load the key document that the centre serves."""
    document: bytes | None = await db.fetchval(NEWEST_KEY_DOCUMENT)
    return document


INSERT_KEY_DOCUMENT: Final[LiteralString] = """
    INSERT INTO issuer_document (did, version, document, published_at)
    SELECT $1, coalesce(max(version), 0) + 1, $2,
           greatest($3, (SELECT max(published_at) + interval '1 microsecond' FROM issuer_document))
    FROM issuer_document WHERE did = $1
"""


async def insert_key_document(db: Connection, did: str, document: bytes, now: datetime) -> None:
    """Publish a key document: it is the newest from now on, also if the clock was ahead when the last one was published."""
    await db.execute(INSERT_KEY_DOCUMENT, did, document, now)


def _with_reason(row: asyncpg.Record) -> dict[str, Any]:
    code = row["reason_code"]
    return {**_with_purpose(row), "reason_code": None if code is None else Reason(code)}


def _with_purpose(row: asyncpg.Record) -> dict[str, Any]:
    return {**row, "purpose": Purpose(row["purpose"])}
