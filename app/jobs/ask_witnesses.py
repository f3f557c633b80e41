"""Show the newest checkpoint to the centre's witnesses, and keep what they sign. The order is the rule.

    1. load   who has not cosigned it and is due, and the proof that it continues what he has cosigned last
    2. ask    all of them at once, with no connection to the database held
    3. keep   each cosignature, or why there is none, and commit
    4. later  whoever did not answer is asked again, later and later

Nobody waits for a witness but a certificate of a centre that wants a quorum. What a crash loses is asked for again: a witness
gives the same signature for the same checkpoint as often as it is asked.
"""

import asyncio
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import httpx2
import structlog

from app.database import Pool, transaction
from app.jobs.queue import Job, enqueue
from app.settings import Settings
from app.witness_client import Answer, ask
from certificates.errors import WitnessesUnusable
from certificates.issuer import log_origin
from certificates.log.note import Note, SignatureType, key_id, read_note, write_note
from certificates.log.policy import NO_WITNESSES, WitnessPolicy
from certificates.own_log import inclusion
from certificates.own_log import store as own_log
from certificates.own_log.store import StoredCheckpoint
from certificates.store import Connection
from certificates.witnessing import store as witnessing
from certificates.witnessing.witnesses import Why, Witness, WitnessStanding, policy_for, read_witnesses

if TYPE_CHECKING:
    from app.workers.registry import RegistryResources

log = structlog.get_logger(__name__)

THE_LOG: Final = UUID(int=0)
"""The subject of the job: a centre has one log."""


async def run(resources: "RegistryResources", subject: UUID = THE_LOG) -> None:  # noqa: ARG001 - there is one log
    """Ask whoever is due. Does nothing where the centre has no witnesses."""
    witnesses = [witness for witness in witnesses_of(resources.settings) if witness.is_asked]
    if not witnesses:
        return
    # 1. load
    now = resources.now()
    async with resources.pool.acquire() as db:
        checkpoint = await own_log.newest_checkpoint(db)
        if checkpoint is None:
            return
        standings = await witnessing.standings(db, [witness.name for witness in witnesses])
    behind = [
        (witness, standing)
        for witness, standing in zip(witnesses, standings, strict=True)
        if standing.tree_size < checkpoint.tree_size
    ]
    # 2. ask, 3. keep
    async with httpx2.AsyncClient(follow_redirects=False) as client:
        await asyncio.gather(
            *(
                _ask(resources, client, witness, standing, checkpoint)
                for witness, standing in behind
                if standing.due_at is None or standing.due_at <= now
            )
        )
    # 4. later
    async with transaction(resources.pool) as db:
        after = await witnessing.standings(db, [witness.name for witness, _standing in behind])
        waits = [standing.due_at for standing in after if standing.tree_size < checkpoint.tree_size and standing.due_at]
        if waits:
            await enqueue(db, Job.ASK_WITNESSES, THE_LOG, delay=max(min(waits) - now, resources.now() - now))


def witnesses_of(settings: Settings) -> tuple[Witness, ...]:
    """The witnesses of the centre, by its settings. Raises `WitnessesUnusable`."""
    if settings.witnesses_file is None:
        return ()
    try:
        text = settings.witnesses_file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise WitnessesUnusable(f"{settings.witnesses_file}: {error}") from error
    try:
        return read_witnesses(text, log_origin(settings.public_url))
    except WitnessesUnusable as error:
        raise WitnessesUnusable(f"{settings.witnesses_file}: {error}") from error


def policy_by(settings: Settings) -> WitnessPolicy:
    """What the centre asks of its own certificates. Raises `WitnessesUnusable`."""
    witnesses = witnesses_of(settings)
    return policy_for(witnesses, settings.witness_quorum) if witnesses or settings.witness_quorum else NO_WITNESSES


async def _ask(
    resources: "RegistryResources",
    client: httpx2.AsyncClient,
    witness: Witness,
    standing: WitnessStanding,
    checkpoint: StoredCheckpoint,
) -> None:
    answer = await _answered(resources.pool, client, witness, standing, checkpoint)
    async with transaction(resources.pool) as db:
        await _keep(db, witness, checkpoint, answer, resources.now())


async def who_accepts(pool: Pool, settings: Settings, log_key: bytes) -> list[str]:
    """Name the witnesses that cosign what this key of the log alone has signed: their key document has it."""
    witnesses = [witness for witness in witnesses_of(settings) if witness.is_asked]
    async with pool.acquire() as db:
        checkpoint = await own_log.newest_checkpoint(db)
        standings = await witnessing.standings(db, [witness.name for witness in witnesses])
    named = key_id(log_origin(settings.public_url), SignatureType.ED25519, log_key)
    note = None if checkpoint is None else read_note(checkpoint.note)
    lines = () if note is None else tuple(line for line in note.signatures if line.key_id == named)
    if checkpoint is None or note is None or not lines:
        return []
    alone = replace(checkpoint, note=write_note(Note(note.text, lines)))
    async with httpx2.AsyncClient(follow_redirects=False) as client:
        answers = await asyncio.gather(
            *(_answered(pool, client, one, standing, alone) for one, standing in zip(witnesses, standings, strict=True))
        )
    return [witness.name for witness, answer in zip(witnesses, answers, strict=True) if answer.why is None]


async def _answered(
    pool: Pool, client: httpx2.AsyncClient, witness: Witness, standing: WitnessStanding, checkpoint: StoredCheckpoint
) -> Answer:
    answer = await _shown(pool, client, witness, standing.tree_size, checkpoint)
    if answer.why is not Why.ROLLED_BACK and answer.size not in {None, standing.tree_size}:
        # It knows more or less of us than we remember: what it cosigned was not kept, or it was set up anew.
        answer = await _shown(pool, client, witness, answer.size or 0, checkpoint)
    return answer


async def _shown(pool: Pool, client: httpx2.AsyncClient, witness: Witness, old: int, checkpoint: StoredCheckpoint) -> Answer:
    async with pool.acquire() as db:
        proof = await inclusion.consistency(db, old, checkpoint.tree_size)
    return await ask(client, witness, old, proof, checkpoint.note, checkpoint.tree_size)


async def _keep(db: Connection, witness: Witness, checkpoint: StoredCheckpoint, answer: Answer, now: datetime) -> None:
    if answer.why is None:
        for cosigned, line in answer.cosigned:
            await witnessing.insert_cosignature(db, checkpoint.tree_size, cosigned, line, now)
        return
    await witnessing.insert_refusal(db, witness.name, checkpoint.tree_size, answer.why, answer.detail, now)
    tell = log.error if answer.why.is_alarm else log.warning
    tell("witness-refused", witness=witness.name, tree_size=checkpoint.tree_size, why=str(answer.why), detail=answer.detail)
