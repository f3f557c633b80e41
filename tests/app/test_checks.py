"""`sarap check`: every fault is told, with what to do."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app import checks
from app.settings import Settings
from certificates.issuing import issue
from certificates.publishing import publish_status_lists
from tests.certificates.centre import NOW, Centre, claim
from tests.fixtures.postgres import Database, new_database
from tests.fixtures.sittings import insert_people, insert_sitting, insert_submission


async def report(settings: Settings) -> tuple[int, dict[str, str]]:
    lines: list[str] = []
    faults = await checks.report(settings, lines.append)
    return faults, {line[2:].split(":")[0]: line for line in lines}


def settings_for(data_dir: Path, database_url: str | None) -> Settings:
    return replace(Settings.from_environment({}), data_dir=data_dir, keys_dir=data_dir / "keys", database_url=database_url)


async def test_a_database_that_is_migrated_is_well(database: Database, tmp_path: Path) -> None:
    _, lines = await report(settings_for(tmp_path, database.url))
    assert lines["database"].startswith("✓ database: PostgreSQL 1")
    assert lines["data folder"].startswith("✓")


async def test_an_address_that_is_not_the_one_that_certificates_name_is_a_fault(database: Database, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, database.url)
    _, lines = await report(settings)
    assert lines["address"].startswith("✓ address: http://localhost")
    async with database.registry.acquire() as db:
        await issue(db, Centre().office, claim(), NOW)
    _, lines = await report(settings)
    assert lines["address"].startswith("✗ address: certificates were issued as did:web:centre.example")
    _, lines = await report(replace(settings, public_url="https://centre.example"))
    assert lines["address"].startswith("✓")


async def test_status_lists_that_nobody_renews_are_a_fault_while_they_still_count(database: Database, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, database.url)
    _, lines = await report(settings)
    assert lines["status lists"].startswith("✓ status lists: none yet")
    now = datetime.now(UTC)
    for age, mark in ((timedelta(days=1), "✗"), (timedelta(), "✓")):
        async with database.registry.acquire() as db:
            await publish_status_lists(db, Centre().office, now - age)
        _, lines = await report(settings)
        assert lines["status lists"].startswith(f"{mark} status lists: published on {now - age:%Y-%m-%d}")


async def test_a_program_that_nobody_judges_is_told(database: Database, tmp_path: Path) -> None:
    settings = settings_for(tmp_path, database.url)
    _, lines = await report(settings)
    assert lines["verdicts"] == "✓ verdicts: nobody waits for one"
    async with database.admin.acquire() as db:
        sitting = await insert_sitting(db, await insert_people(db))
        await insert_submission(db, sitting, verdict="AC")
        await insert_submission(db, sitting, verdict=None)
    _, lines = await report(settings)
    assert lines["verdicts"].startswith("✗ verdicts: programs waiting for more than 15 minutes: 1.")


async def test_a_database_without_our_tables_says_what_to_run(postgres_url: str, tmp_path: Path) -> None:
    async with new_database(postgres_url) as url:
        faults, lines = await report(settings_for(tmp_path, url))
    assert faults >= 1
    assert "run `sarap migrate`" in lines["database"]


async def test_a_database_that_is_away_does_not_hide_the_other_faults(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir()
    key = tmp_path / "keys" / "key"
    key.write_text("secret")
    key.chmod(0o644)
    faults, lines = await report(settings_for(tmp_path, f"postgresql://postgres@/sarap?host={tmp_path}"))
    assert faults >= 2
    assert "cannot connect" in lines["database"]
    assert lines["keys"].startswith("✗")
    assert "chmod 600" in lines["keys"]
