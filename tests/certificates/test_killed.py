"""What is left when a process is killed after each commit of issuing: the next goes on, and the log and the store agree."""

import asyncio
import sys
from typing import Any

from certificates import store
from certificates.carriers.compact import compact_claims
from certificates.issuing import issue
from certificates.log.entry import Kind, binding_of, issue_entry
from certificates.log.merkle import leaf_hash
from certificates.strict_json import read_object
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim
from tests.certificates.killed import KILLED, POINTS
from tests.fixtures.postgres import Database

CENTRE = Centre()


async def test_a_process_that_is_killed_after_any_commit_is_resumed_with_the_same_number_and_the_log_agrees(
    database: Database,
) -> None:
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.certificates.killed", database.url, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await killed.communicate()
    assert said.decode().splitlines() == [f"{point} {KILLED}" for point in POINTS]  # each was reached

    async with database.registry.acquire() as db:
        before = {point: await store.intention_of(db, f"point:{point}") for point in POINTS}
        issued = {point: await issue(db, CENTRE.office, claim(f"point:{point}"), NOW) for point in POINTS}
        again = {point: await issue(db, CENTRE.office, claim(f"point:{point}"), NOW) for point in POINTS}
        rows = await db.fetch(
            """SELECT serial, salt, recorded, kind, entry, leaf_hash
            FROM credential_intention JOIN credential_signature USING (credential_id) JOIN log_leaf USING (leaf_index)
            JOIN credential_bundle USING (credential_id)"""
        )
        leaves = await db.fetch("SELECT leaf_hash FROM log_leaf WHERE kind = 'issue'")
        carriers = await db.fetch("SELECT credential_id, kind FROM credential_carrier")
    for point, earlier in before.items():
        assert earlier is None or earlier.serial == issued[point].serial
        assert (again[point].serial, again[point].bundle) == (issued[point].serial, issued[point].bundle)
        assert verify(issued[point].bundle, CENTRE.trust, NOW).verified
    assert len({done.serial for done in issued.values()}) == len(POINTS)
    # The log has a leaf for each certificate, that leaf says what is stored, and it has no other.
    assert {row["leaf_hash"] for row in rows} == {row["leaf_hash"] for row in leaves}
    assert len(rows) == len(leaves) == len(POINTS)
    for row in rows:
        recorded: Any = read_object(row["recorded"])
        entry = issue_entry(recorded["id"], compact_claims(recorded), binding_of(row["salt"], row["recorded"]))
        assert (row["kind"], row["entry"].encode(), row["leaf_hash"]) == (Kind.ISSUE, entry, leaf_hash(entry))
    assert len({(row["credential_id"], row["kind"]) for row in carriers}) == 2 * len(POINTS)
