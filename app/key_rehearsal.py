"""`sarap keys rehearse`: the life of the keys at a centre that exists for a few seconds; nobody learns it in an emergency.

A line for each step, ticked when what must hold was seen to hold, by the function that employers use:

    ✓ Ceremony: a root, three keys, two people             0.4 s
    ✓ Logged before leaf 11: stays authentic               0.1 s
"""

import asyncio
import secrets
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from app import embedded_postgres, key_custody, migrate
from app.key_custody import Custodian, custodian
from app.progress import Progress
from app.settings import Settings
from certificates import store
from certificates.bundle import Bundle, read_bundle, write_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.typesetter import Typesetter
from certificates.carriers.typesetting import Typeset
from certificates.chain import Organisation, Root
from certificates.credential import Achievement, Claim, Score
from certificates.data_integrity import prove_twice
from certificates.errors import KeyChangeRefused, KeyUnusable
from certificates.findings import Authentic, Code
from certificates.issuing import issue
from certificates.key_files import FileSigner
from certificates.log.proof import read_proof
from certificates.own_log.inclusion import with_newest_proof
from certificates.printing import print_certificate
from certificates.report import Report
from certificates.root_file import read_root
from certificates.strict_json import JsonObject
from certificates.trust import read_trust
from certificates.verification import verify

PEOPLE: Final = ("First Custodian", "Second Custodian")


class RehearsalFailed(Exception):
    """Something did not hold; the message says what. Do not rely on these keys before it is understood."""


@dataclass(slots=True)
class Rehearsal:
    """What there is so far: who acts, and the certificates by the name of the step that made them."""

    who: Custodian
    certificates: dict[str, bytes] = field(default_factory=dict[str, bytes])
    ids: dict[str, UUID] = field(default_factory=dict[str, UUID])

    async def issue(self, name: str) -> Bundle:
        """Issue a certificate as the registry does."""
        async with self.who.pool.acquire() as db:
            issued = await issue(db, self.who.office(), _claim(name, self.who.now), self.who.now)
        self.certificates[name], self.ids[name] = issued.bundle, issued.credential_id
        return read_bundle(issued.bundle)

    async def print(self, name: str, typeset: Typeset) -> None:
        """Make the pages of a certificate as the registry does."""
        async with self.who.pool.acquire() as db:
            await print_certificate(db, self.who.office(), typeset, self.ids[name], self.who.now)

    async def pages(self, name: str) -> bytes:
        """Take a certificate's pages as the centre delivers them at this moment."""
        async with self.who.pool.acquire() as db:
            return await store.carrier_of(db, self.ids[name], Kept.PDF_EN) or b""

    async def check(self, data: bytes, lists: Sequence[bytes] = ()) -> Report:
        """Check as an employer does who has the centre's key document of this moment."""
        async with self.who.pool.acquire() as db:
            document = await store.newest_key_document(db)
        keys = read_trust(document or b"")
        return verify(data, {keys.did: keys}, self.who.now, lists)

    async def download(self, name: str) -> bytes:
        """Take a certificate's file as the centre delivers it at this moment."""
        async with self.who.pool.acquire() as db:
            issuer = read_trust(await store.newest_key_document(db) or b"")
            return write_bundle(await with_newest_proof(db, read_bundle(self.certificates[name]), issuer, self.who.now))

    async def lists(self) -> list[bytes]:
        """The status lists that are in force."""
        async with self.who.pool.acquire() as db:
            return [one.credential for one in await store.newest_publications(db)]


def rehearse() -> None:
    """Do it in a folder that is swept away, with a database of its own. Raises `RehearsalFailed`."""
    progress = Progress()
    with tempfile.TemporaryDirectory(prefix="sarap-rehearsal-") as folder:
        settings = Settings.from_environment(
            {"SARAP_DATA_DIR": f"{folder}/centre", "SARAP_PUBLIC_URL": "https://rehearsal.example", "SARAP_DEMO": "0"}
        )
        settings.data_dir.mkdir()
        with embedded_postgres.running(settings.data_dir, ("-c", "fsync=off")) as server:
            asyncio.run(_with(replace(settings, database_url=server.url), Path(folder) / "medium", progress))
    progress.console.print("Every step held. Nothing of this is left; the keys of your centre were not touched.")


async def _with(settings: Settings, medium: Path, progress: Progress) -> None:
    assert settings.database_url is not None
    with progress.step("A centre of its own: folder and database"):
        medium.mkdir()
        await migrate.migrate(settings.database_url, migrate.read(), {})
    async with custodian(settings, datetime.now(UTC)) as who:
        await walk(who, medium / "root.pem", progress)


async def walk(who: Custodian, root_file: Path, progress: Progress) -> None:
    """Every step, in order, at the centre of `who`. Raises `RehearsalFailed` at the first that does not hold."""
    done = Rehearsal(who)
    passphrase = secrets.token_urlsafe(24)
    organisation = Organisation(who.settings.centre_name, "KZ")
    with progress.step("Ceremony alone: refused"):
        await _refused(key_custody.ceremony(who, root_file, lambda: passphrase, organisation, PEOPLE[:1]))
    with progress.step("Ceremony: a root, three keys, two people"):
        first, log, _document = await key_custody.ceremony(who, root_file, lambda: passphrase, organisation, PEOPLE)
        root = read_root(root_file, passphrase)
    with progress.step(f"A certificate under {first}"):
        _hold((await done.check(_written(await done.issue("first")))).verified, "it does not verify")

    with progress.step("Rotation of credentials, log and documents"):
        second = await key_custody.rotate(who, "key", None)
        await key_custody.rotate(who, "log", None)
        await _refused(key_custody.rotate(who, "document", None))  # without the root
        await key_custody.rotate(who, "document", root)
    with progress.step(f"A certificate under {second}"):
        bundle = await done.issue("second")
        _hold(_method(bundle).endswith(f"#{second}"), "it was signed with another key")
        _hold((await done.check(_written(bundle))).verified, "it does not verify")
    with progress.step(f"{first} and {log} are retired, their private halves destroyed"):
        for name in (first, log):
            await key_custody.retire(who, name)
            _hold(name not in who.safe.names(), f"the private half of {name} is still there")
        report = await done.check(done.certificates["first"], await done.lists())
        _hold(report.verified, "what it had signed does not verify any more")

    await _theft(done, second, progress)
    await _theft_of_document_key(done, root, progress)


async def _theft(done: Rehearsal, second: str, progress: Progress) -> None:
    """The current key is stolen, and withdrawn from the leaf on at which that happened."""
    who = done.who
    thief: Any = who.safe.open(second)
    with progress.step(f"{second} is stolen; one more certificate"):
        later = await done.issue("later")
        stolen_from = read_proof(later.log_proof).index
        _hold((await done.check(_written(later))).verified, "it does not verify")
        old_lists = await done.lists()
    with progress.step("Revocation by one person: refused"):
        await _refused(key_custody.revoke(who, second, stolen_from, PEOPLE[:1], lambda: None))
    with progress.step(f"{second} is revoked from leaf {stolen_from} on, by two"):
        revoked = await key_custody.revoke(who, second, stolen_from, PEOPLE, lambda: None)
        _hold(second not in who.safe.names(), "its private half is still there")
        _hold(revoked.successor is not None, "nobody signs any more")
        _hold(len(revoked.refused) == 1, "the certificate that is refused now was not named")

    lists = await done.lists()
    with progress.step(f"Logged before leaf {stolen_from}: stays authentic"):
        for name in ("first", "second"):
            report = await done.check(done.certificates[name], lists)
            _hold(report.verified, f"the {name} certificate is refused: {report.failure}")
    with progress.step(f"Logged from leaf {stolen_from} on: refused"):
        _finds(await done.check(done.certificates["later"], lists), Code.KEY_REVOKED)
    with progress.step("What the thief signs now: refused"):
        await _forge(done, thief, lists)
    with progress.step("Lists under the stolen key: not believed"):
        report = await done.check(done.certificates["second"], old_lists)
        _hold(report.authentic is Authentic.YES, "a list has spoiled the certificate")
        _finds(report, Code.STATUS_LIST_KEY_REVOKED)
    with progress.step(f"The next certificate, under {revoked.successor}"):
        _hold((await done.check(_written(await done.issue("next")))).verified, "it does not verify")

    await _theft_of_log_key(done, progress)


async def _theft_of_log_key(done: Rehearsal, progress: Progress) -> None:
    """The log's key is stolen, and withdrawn as a whole: every certificate gets a proof under the next one."""
    who = done.who
    stolen = who.office().log_signer.name
    with progress.step(f"{stolen} is revoked, by two"):
        revoked = await key_custody.revoke(who, stolen, None, PEOPLE, lambda: None)
        _hold(revoked.successor is not None, "nobody signs the log any more")
    lists = await done.lists()
    with progress.step("A proof under it: refused"):
        _finds(await done.check(done.certificates["next"], lists), Code.LOG_UNKNOWN)
    with progress.step(f"Downloaded again: proven under {revoked.successor}"):
        for name in ("first", "second", "next"):
            report = await done.check(await done.download(name), lists)
            _hold(report.verified, f"the {name} certificate is refused: {report.failure}")


async def _theft_of_document_key(done: Rehearsal, root: Root, progress: Progress) -> None:
    """The document key is stolen, and withdrawn: every certificate gets a token and pages under the next one."""
    who, typesetter = done.who, Typesetter()
    stolen = who.office().document_signer.name
    try:
        with progress.step(f"Pages under {stolen}"):
            await done.print("next", typesetter.typeset)
            pages = await done.pages("next")
            _hold((await done.check(pages)).verified, "they do not verify")
        with progress.step(f"{stolen} is revoked, by two"):
            revoked = await key_custody.revoke(who, stolen, None, PEOPLE, lambda: root)
            _hold(revoked.successor is not None, "nobody seals any more")
        with progress.step("Pages under it: refused"):
            _finds(await done.check(pages), Code.KEY_REVOKED)
        with progress.step(f"Sealed again: authentic under {revoked.successor}"):
            resealed = await key_custody.reseal(who, typesetter.typeset)
            _hold(not resealed.failures, f"not all could be done: {resealed.failures}")
            report = await done.check(await done.pages("next"), await done.lists())
            _hold(report.verified, f"the pages are refused: {report.failure}")
    finally:
        await typesetter.close()


async def _forge(done: Rehearsal, thief: FileSigner, lists: Sequence[bytes]) -> None:
    """A score is raised and signed with the stolen key, under an old place in the log and, then, without one."""
    genuine = read_bundle(done.certificates["second"])
    forged: Any = {name: value for name, value in genuine.credential.items() if name != "proof"}
    forged["validFrom"] = "2020-01-01T00:00:00Z"
    proofs = prove_twice(forged, _method(genuine), thief.sign, done.who.now)
    credential: JsonObject = {**forged, "proof": list(proofs)}
    report = await done.check(write_bundle(replace(genuine, credential=credential)), lists)
    _finds(report, Code.LOG_OTHER_ENTRY)
    _finds(await done.check(write_bundle(replace(genuine, credential=credential, log_proof="")), lists), Code.KEY_REVOKED)


def _method(bundle: Bundle) -> str:
    proofs: Any = bundle.credential["proof"]
    return str(proofs[0]["verificationMethod"])


def _written(bundle: Bundle) -> bytes:
    return write_bundle(bundle)


def _hold(condition: bool, otherwise: str) -> None:
    if not condition:
        raise RehearsalFailed(otherwise)


def _finds(report: Report, code: Code) -> None:
    found = report.failure and report.failure.finding
    _hold(found is code and not report.verified, f"{code} was expected, and {found} was found")


async def _refused(attempt: Any) -> None:
    try:
        await attempt
    except (KeyChangeRefused, KeyUnusable):
        return
    raise RehearsalFailed("it was done all the same")


def _claim(name: str, now: datetime) -> Claim:
    """What nobody has ever achieved."""
    return Claim(
        source=f"rehearsal:{name}",
        holder_name="Rehearsal Only",
        achievement=Achievement("rehearsal", "Rehearsal", "Nobody was examined.", "None: this is a rehearsal of keys."),
        score=Score(Decimal(1), Decimal(1), Decimal(1)),
        sat_at=now,
        awarded_at=now,
    )
