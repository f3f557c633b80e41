"""`app/seed.py`: people and passwords. The tasks are seeded by every start of a demo centre, which the journeys use."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from app.auth import store as auth
from app.auth.passwords import PasswordCheck
from app.database import transaction
from app.seed import PEOPLE, SeedError, passwords, seed
from app.seed_booking import vouchers
from app.settings import Settings
from tests.fixtures.postgres import Database


def test_passwords_are_random_kept_and_readable_for_the_owner_only(tmp_path: Path) -> None:
    chosen = passwords(tmp_path)
    assert chosen.keys() == {person.login for person in PEOPLE}
    assert len(set(chosen.values())) == len(PEOPLE)
    assert passwords(tmp_path) == chosen
    assert stat.S_IMODE((tmp_path / "demo-accounts.json").stat().st_mode) == 0o600
    assert passwords(tmp_path / "another") != chosen


async def test_people_can_sign_in_even_after_the_file_with_their_passwords_was_lost(database: Database, tmp_path: Path) -> None:
    settings = replace(Settings.from_environment({}), database_url=database.url, data_dir=tmp_path)
    for _ in range(2):
        with pytest.raises(SeedError, match="no task packages"):
            await seed(settings, lambda _line: None, tasks=tmp_path / "none")
        async with transaction(database.web) as db:
            kept = await auth.sign_in_of_login(db, "candidate")
        assert kept is not None
        assert await PasswordCheck().matches(kept.password_hash, passwords(tmp_path)["candidate"], "-")
        (tmp_path / "demo-accounts.json").unlink()
    assert await database.admin.fetchval("SELECT count(*) FROM account") == len(PEOPLE)
    assert await database.admin.fetchval("SELECT count(*) FROM scheme") == 4
    assert await database.admin.fetchval("SELECT count(*) FROM centre") == 2
    assert await database.admin.fetchval("SELECT count(*) FROM voucher") == len(vouchers(tmp_path))
