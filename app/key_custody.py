"""What the people who guard the keys do, in the order that is the rule, each step found done if it is repeated.

A new key: made → registered and logged → published → signs. A key that goes: decided → logged and published → destroyed; one
that was stolen is destroyed as soon as that is decided.

The keys of the log overlap: until the older one is retired, both sign each checkpoint, and it goes only when as many witnesses
as the centre wants know the newer one.
"""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from app import audit
from app.database import Pool, open_pool, transaction
from app.embedded_postgres import url_of_running
from app.jobs import reseal_certificates
from app.jobs.ask_witnesses import who_accepts
from app.jobs.publish_status_list import write_own_trust
from app.jobs.queue import Job, enqueue
from app.key_safe import office_by, open_safe
from app.settings import Settings
from certificates.carriers.typesetting import Typeset
from certificates.chain import Organisation, Root, make_root, write_chain
from certificates.errors import KeyChangeRefused, KeyUnusable
from certificates.key_files import KINDS, FileSafe
from certificates.keyring import custody
from certificates.keyring import store as keyring
from certificates.keyring.key import KeyEvent, check_persons
from certificates.keys import ROOT_CERTIFICATE, Office, Safe, make_key
from certificates.log.entry import Kind
from certificates.publishing import publish_key_document, publish_status_lists
from certificates.root_file import write_root
from certificates.secret_file import keep

ROLE: Final = "sarap_registry"


@dataclass(frozen=True, slots=True)
class Custodian:
    """Whoever acts now: with this centre's settings, its safe and its database."""

    settings: Settings
    safe: Safe
    pool: Pool
    now: datetime

    def office(self) -> Office:
        """The centre with the keys that it has at this moment."""
        return office_by(self.settings, self.safe, self.now)


@dataclass(frozen=True, slots=True)
class Revoked:
    """What a revocation did: the event, the key that took over, and the certificates that are refused from now on."""

    event: KeyEvent
    successor: str | None
    refused: list[str]


@dataclass(slots=True)
class Resealing:
    """What was made again: for how many certificates, with which key, and what went wrong with others, by their numbers."""

    key_name: str
    certificates: int = 0
    failures: dict[str, str] = field(default_factory=dict[str, str])


@asynccontextmanager
async def custodian(settings: Settings, now: datetime) -> AsyncGenerator[Custodian]:
    """Open what is needed. Raises `KeyUnusable`, or `OSError` if there is no database."""
    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        raise KeyUnusable("no database: set DATABASE_URL, or start the whole centre with `sarap serve`")
    settings.keys_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        pool = await open_pool(url, ROLE, 2)
    except Exception as error:
        raise KeyUnusable(f"cannot connect to the database: {error}") from error
    try:
        yield Custodian(settings, open_safe(settings) or FileSafe(settings.keys_dir), pool, now)
    finally:
        pool.terminate()


async def ceremony(
    who: Custodian, root_file: Path, passphrase: Callable[[], str], organisation: Organisation, persons: Sequence[str]
) -> list[str]:
    """Make the root and a key of each kind. The root goes to `root_file`, its certificate to the key directory.

    Returns the names of the keys. Raises `KeyChangeRefused` unless two people are named, `KeyUnusable` if there is a root
    already or its file were to lie where the registry reads.
    """
    names = check_persons(persons)
    directory = who.settings.keys_dir
    if (directory / ROOT_CERTIFICATE).exists():
        raise KeyUnusable(
            "this centre has a root already: `sarap keys rotate document --root FILE` makes the next key under it"
        )
    for folder in (directory, who.settings.data_dir):
        if root_file.resolve().is_relative_to(folder.resolve()):
            raise KeyUnusable(f"{root_file} lies in {folder}, where the registry reads: give a medium that can be taken out")
    if root_file.exists():
        raise FileExistsError(f"{root_file} exists: no root is ever overwritten")
    root = make_root(organisation, who.now)
    write_root(root_file, root, passphrase())
    async with who.pool.acquire() as db:
        taken = await keyring.registered_keys(db)  # after a root was lost: the keys under it are in another folder
    made = [make_key(who.safe, directory, kind, who.now, root, taken) for kind in KINDS]
    keep(directory / ROOT_CERTIFICATE, write_chain(root.chain))
    office = who.office()
    async with who.pool.acquire() as db:
        await custody.introduce(db, office, who.now, names)
    async with transaction(who.pool) as db:
        await audit.record(db, None, "key:ceremony", f"key:{made[0]}", {"keys": made, "persons": list(names)})
    await publish(who, office)
    return made


async def rotate(who: Custodian, kind: str, root: Root | None) -> str:
    """Make the successor of the newest key of `kind` and sign with it from now on. Returns its name."""
    if kind not in KINDS:
        raise KeyChangeRefused(f"there are keys of {', '.join(KINDS)}, and none of {kind[:40]}")
    *older, newest = who.office().log_signers  # a centre without keys makes its first ones here: the next is their successor
    if kind == "log" and older:
        name = older[-1].name
        raise KeyChangeRefused(f"{name} still signs beside {newest.name}: retire it first, with `sarap keys retire {name}`")
    return await _succeed(who, kind, root)


async def _succeed(who: Custodian, kind: str, root: Root | None) -> str:
    name = make_key(who.safe, who.settings.keys_dir, kind, who.now, root)
    office = who.office()
    async with who.pool.acquire() as db:
        await custody.introduce(db, office, who.now)
    async with transaction(who.pool) as db:
        await audit.record(db, None, "key:rotate", f"key:{name}")
    await publish(who, office)
    return name


async def retire(who: Custodian, name: str) -> KeyEvent:
    """End a key that was replaced. Its private half is destroyed after everybody can see that it signs no more."""
    office = who.office()
    event = await _unfinished(who, name, Kind.RETIRE_KEY)
    if event is None:
        await _check_known_to_witnesses(who, office, name)
        async with transaction(who.pool) as db:
            event = await custody.retire(db, office, name, who.now)
            await audit.record(db, None, "key:retire", f"key:{name}", {"from_log_index": event.from_log_index})
    await publish(who, office)
    who.safe.destroy(name)
    return event


async def _unfinished(who: Custodian, name: str, kind: Kind) -> KeyEvent | None:
    """What was decided about a key whose private half is here still: an attempt that ended too early, which this one ends."""
    if name not in who.safe.names():
        return None
    async with who.pool.acquire() as db:
        key = (await keyring.registered_keys(db)).get(name)
    return None if key is None else key.event(kind)


async def _check_known_to_witnesses(who: Custodian, office: Office, name: str) -> None:
    """Raise `KeyChangeRefused` for a key of the log without which too few witnesses would cosign: certificates would wait."""
    quorum, newest = office.witnesses.quorum, office.log_signer
    if not quorum or not name.startswith("log-") or name == newest.name:
        return
    knowing = await who_accepts(who.pool, who.settings, newest.public_key)
    if len(knowing) < quorum:
        raise KeyChangeRefused(
            f"{name} cannot go yet: {quorum} witnesses have to know {newest.name}, and it is known to"
            f" {', '.join(knowing) or 'none that answers'}. Give the others the key document, and try again when they have it"
        )


async def revoke(
    who: Custodian, name: str, from_log_index: int | None, persons: Sequence[str], root: Callable[[], Root | None]
) -> Revoked:
    """Withdraw a key that others may have. If it signs now, its successor comes first, for which `root` may be asked."""
    names = check_persons(persons)
    office, successor = who.office(), None
    event = await _unfinished(who, name, Kind.REVOKE_KEY)
    if event is None:
        async with who.pool.acquire() as db:
            await custody.introduce(db, office, who.now)
        if name in {office.signer.name, office.log_signer.name, office.document_signer.name}:
            successor = await _succeed(who, name.partition("-")[0], root() if name.startswith("document-") else None)
            office = who.office()
        async with transaction(who.pool) as db:
            event = await custody.revoke(db, office, name, from_log_index, names, who.now)
            facts: dict[str, object] = {"from_log_index": event.from_log_index, "persons": list(names)}
            await audit.record(db, None, "key:revoke", f"key:{name}", facts)
            if name.startswith("document-"):
                await enqueue(db, Job.RESEAL_CERTIFICATES, reseal_certificates.new_beginning())
    who.safe.destroy(name)
    office = who.office()
    await publish(who, office)
    refused: list[str] = []
    if event.from_log_index is not None:
        async with who.pool.acquire() as db:
            refused = await keyring.serials_signed_from(db, event.from_log_index, f"{office.issuer.did}#{name}")
    return Revoked(event, successor, refused)


async def reseal(who: Custodian, typeset: Typeset) -> Resealing:
    """Make every token and page again that a withdrawn document key signed, one certificate after the other.

    The registry does the same by itself; both at once make none twice.
    """
    office, after = who.office(), reseal_certificates.ALL
    done = Resealing(office.document_signer.name)
    while after is not None:
        batch = await reseal_certificates.reseal_after(who.pool, office, typeset, after, who.now)
        done.certificates += batch.resealed
        done.failures |= batch.failures
        after = batch.last
    return done


async def publish(who: Custodian, office: Office) -> None:
    """Log what was decided, publish the key document and the lists; keep the document where this machine's verifier looks."""
    async with who.pool.acquire() as db:
        document = await publish_key_document(db, office, who.now)
        await publish_status_lists(db, office, who.now)
    write_own_trust(who.settings.data_dir, office, document)


async def lines(who: Custodian) -> list[str]:
    """One line for each key: `key-2026-1       Ed25519  2026-11-23  revoked from leaf 41`."""
    here = set(who.safe.names())
    async with who.pool.acquire() as db:
        known = await keyring.registered_keys(db)
    told: list[str] = []
    for key in known.values():
        words = [key.state]
        words += [f"from leaf {event.from_log_index}" for event in key.events if event.from_log_index is not None][-1:]
        if key.key_name not in here:
            words.append("without a private half")
        told.append(f"{key.key_name:<18} {key.algorithm:<8} {key.introduced_at:%Y-%m-%d}  {', '.join(words)}")
    told += [f"{name:<18} not yet published" for name in sorted(here - known.keys())]
    return told
