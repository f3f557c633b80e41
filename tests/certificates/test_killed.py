"""What is left when a process is killed after each commit of issuing: the next goes on, and the log and the store agree."""

import asyncio
import sys
from typing import Any

from app.jobs.reseal_certificates import ALL, reseal_after
from certificates import store
from certificates.carriers.carrier import Kept
from certificates.carriers.compact import compact_claims
from certificates.findings import Authentic
from certificates.issuing import issue
from certificates.log.entry import Kind, binding_of, issue_entry
from certificates.log.merkle import leaf_hash
from certificates.strict_json import read_object
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim
from tests.certificates.killed import KILLED, POINTS
from tests.certificates.killed_resealing import POINTS as RESEALING_POINTS
from tests.certificates.withdrawn import LATER, SEALED, certified, in_this_process, next_office, withdraw
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


async def test_processes_that_are_killed_while_they_seal_again_leave_nothing_half_done_and_nothing_is_made_twice(
    database: Database,
) -> None:
    sources = ("decision:1", "decision:2", "decision:3", "decision:4")
    async with database.registry.acquire() as db:
        issued = [await certified(db, source) for source in sources]
        before = {one.serial: await store.carriers_of(db, one.credential_id) for one in issued}
        trust = await withdraw(db, next_office(), "document-2026-1")
    killed = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.certificates.killed_resealing", database.url, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await killed.communicate()
    assert said.decode().splitlines() == [f"{name} {call} {KILLED}" for name, _module, call in RESEALING_POINTS]

    # Two of the processes had kept a certificate before they ended, and what was half done is as if it had never begun.
    assert await database.admin.fetchval("SELECT count(*) FROM credential_carrier WHERE version = 2") == 2 * len(SEALED)
    first = await reseal_after(database.registry, next_office(), in_this_process, ALL, LATER)
    again = await reseal_after(database.registry, next_office(), in_this_process, ALL, LATER)
    assert (first.resealed, first.failures, again.resealed) == (len(sources) - 2, {}, 0)
    rows = await database.admin.fetch("SELECT credential_id, kind, version FROM credential_carrier WHERE kind <> 'qr'")
    expected = {(one.credential_id, kind, version) for one in issued for kind in SEALED for version in (1, 2)}
    assert {(row["credential_id"], row["kind"], row["version"]) for row in rows} == expected
    audited = await database.admin.fetch("SELECT subject, detail FROM audit_event WHERE action = 'credential:reseal'")
    assert sorted(row["subject"] for row in audited) == sorted(f"credential:{one.serial}" for one in issued)
    assert {row["detail"]["key"] for row in audited} == {"document-2027-1"}
    async with database.registry.acquire() as db:
        for one in issued:
            after = await store.carriers_of(db, one.credential_id)
            assert {kind for kind in after if after[kind] != before[one.serial][kind]} == SEALED
            for kind in SEALED - {Kept.JWT}:
                assert verify(after[kind], trust, LATER).authentic is Authentic.YES
