"""What the registry's sweep looks for where exams and certificates meet, and the judging workers on record."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Final, LiteralString
from uuid import UUID

from app.database import Connection
from app.workers.roster import JudgingWorker, State
from exams.ids import DecisionId

if TYPE_CHECKING:
    from sandbox.selfcheck import Proof

UNISSUED_DECISIONS: Final[LiteralString] = """
SELECT d.decision_id FROM decision d JOIN LATERAL standing_decision(d.result_id) n ON n.decision_id = d.decision_id
WHERE d.outcome = 'certify' AND d.decided_at < $1
  AND NOT EXISTS (SELECT FROM credential_intention i JOIN credential_bundle b USING (credential_id)
                  WHERE i.source = 'decision:' || d.decision_id)
ORDER BY d.decided_at LIMIT 1000
"""


async def unissued_decisions(db: Connection, decided_before: datetime) -> list[DecisionId]:
    """Decisions to certify that stand and from which no certificate has followed yet."""
    return [DecisionId(row["decision_id"]) for row in await db.fetch(UNISSUED_DECISIONS, decided_before)]


ENROL: Final[LiteralString] = """
INSERT INTO judging_worker (worker_id, host, slots, runner, started_at, last_heard_at, state, reason, languages, engine)
VALUES ($1, $2, $3, $4, $5, $5, 'proving', '', '{}', '{}')
"""


async def enrol(db: Connection, worker_id: UUID, host: str, slots: int, runner: str, now: datetime) -> None:
    """A judging worker begins: put it on record."""
    await db.execute(ENROL, worker_id, host, slots, runner, now)


HEAR: Final[LiteralString] = """
UPDATE judging_worker SET last_heard_at = $2, state = $3, reason = $4, languages = $5, engine = $6 WHERE worker_id = $1
"""


async def hear(
    db: Connection,
    worker_id: UUID,
    state: State,
    reason: str,
    languages: Collection[str],
    engine: Mapping[str, object],
    now: datetime,
) -> None:
    """A judging worker says how it is."""
    await db.execute(HEAR, worker_id, now, state, reason, sorted(languages), dict(engine))


RECORD_PROOF: Final[LiteralString] = """
UPDATE judging_worker SET self_check = $2, self_checked_at = $3 WHERE worker_id = $1
"""


async def record_proof(db: Connection, worker_id: UUID, proof: "Proof", now: datetime) -> None:
    """A judging worker checked itself."""
    await db.execute(RECORD_PROOF, worker_id, proof, now)


STOP_SILENT: Final[LiteralString] = """
UPDATE judging_worker SET state = 'stopped' WHERE host = $1 AND last_heard_at < $2 AND state <> 'stopped'
"""


async def stop_silent(db: Connection, host: str, heard_before: datetime) -> None:
    """A new worker begins on a host: those that ended there without a word are not missed any longer."""
    await db.execute(STOP_SILENT, host, heard_before)


FORGET_WORKERS: Final[LiteralString] = "DELETE FROM judging_worker WHERE last_heard_at < $1"


async def forget_workers(db: Connection, heard_before: datetime) -> None:
    """Take processes off the record that have long been gone."""
    await db.execute(FORGET_WORKERS, heard_before)


JUDGING_WORKERS: Final[LiteralString] = """
SELECT worker_id, host, slots, runner, started_at, last_heard_at, state, reason, languages, engine, self_check, self_checked_at
FROM judging_worker WHERE last_heard_at >= $1 ORDER BY host, started_at DESC
"""


async def judging_workers(db: Connection, heard_after: datetime) -> list[JudgingWorker]:
    """The judging workers that were heard of since."""
    return [
        JudgingWorker(
            row["worker_id"],
            row["host"],
            row["slots"],
            row["runner"],
            row["started_at"],
            row["last_heard_at"],
            State(row["state"]),
            row["reason"],
            tuple(row["languages"]),
            row["engine"],
            row["self_check"],
            row["self_checked_at"],
        )
        for row in await db.fetch(JUDGING_WORKERS, heard_after)
    ]


WANTED_LANGUAGES: Final[LiteralString] = """
SELECT unnest(languages) AS language FROM scheme
UNION SELECT validator_language FROM dataset WHERE validator_language IS NOT NULL AND activated_at IS NOT NULL
"""


async def wanted_languages(db: Connection) -> list[str]:
    """Every language in which an exam may be answered, or a task's own validator is written."""
    return [row["language"] for row in await db.fetch(WANTED_LANGUAGES)]


TOOLCHAINS: Final[LiteralString] = """
SELECT DISTINCT ON (told.key) told.key AS language, told.value AS toolchain
FROM judging_worker w, jsonb_each_text(CASE WHEN jsonb_typeof(w.engine -> 'toolchains') = 'object'
                                            THEN w.engine -> 'toolchains' ELSE '{}' END) AS told
WHERE w.last_heard_at >= $1 AND w.state = 'working'
ORDER BY told.key, w.last_heard_at DESC
"""


async def toolchains(db: Connection, heard_after: datetime) -> dict[str, str]:
    """Each language's compiler or interpreter in its own words, as the working workers last told: `{"go": "go version …"}`."""
    return {row["language"]: row["toolchain"] for row in await db.fetch(TOOLCHAINS, heard_after)}
