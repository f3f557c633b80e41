"""A survival kit is whole or not there at all."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.survival_kit import write_kit
from certificates.errors import LogCorrupt
from certificates.log.folder import LogFolder
from certificates.own_log import store
from tests.fixtures.verifying import CENTRE, certify_two
from tests.fixtures.web import Site

ZONE = ZoneInfo("Asia/Almaty")


async def test_a_fault_leaves_nothing_that_looks_like_a_kit(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await certify_two(site)
    folder = tmp_path / "kit"

    async def without_the_last(db: Any, start: int, count: int) -> list[bytes]:
        return (await entries(db, start, count))[:-1]

    entries = store.entries
    async with site.database.web.acquire() as db:
        with monkeypatch.context() as patched:
            patched.setattr(store, "entries", without_the_last)
            with pytest.raises(LogCorrupt):
                await write_kit(db, folder, CENTRE, ZONE, datetime.now(UTC))
        with monkeypatch.context() as patched:
            patched.setattr(LogFolder, "root", bytes(32))
            with pytest.raises(LogCorrupt):
                await write_kit(db, folder, CENTRE, ZONE, datetime.now(UTC))
        assert list(folder.iterdir()) == []
        kit = await write_kit(db, folder, CENTRE, ZONE, datetime.now(UTC))
        assert kit.files == len((folder / "SHA256SUMS").read_text().splitlines()) + 1
        with pytest.raises(FileExistsError):
            await write_kit(db, folder, CENTRE, ZONE, datetime.now(UTC))
    assert (folder / "index.html").exists()
