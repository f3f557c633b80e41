"""The registrar's side of booking: what is offered, what is refused, what follows; vouchers by page and by command."""

import asyncio
import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from typer.testing import CliRunner

from app.__main__ import sarap
from app.auth.account import Role
from exams.booking.voucher import code_sha256
from tests.fixtures.booking import BookingOffice, in_hours, open_office
from tests.fixtures.candidates import JSON
from tests.fixtures.web import Person, Site

AHEAD = datetime.now(UTC) + timedelta(days=30)


async def offer(registrar: Person, office: BookingOffice, **changes: Any) -> httpx2.Response:
    form = {
        "scheme_id": str(office.scheme_id),
        "place": str(office.centre_id),
        "starts": f"{AHEAD:%Y-%m-%dT09:30}",
        "seats": "12",
        "weeks": "3",
    }
    return await registrar.post("/seats", data=form | changes, headers=JSON)


async def test_a_weekly_series_is_offered_on_the_clock_of_its_place_and_twice_the_same_is_one(site: Site) -> None:
    office = await open_office(site)
    registrar = await site.person(Role.REGISTRAR)
    for _ in range(2):
        assert (await offer(registrar, office)).status_code == 303
    assert (await offer(registrar, office, place="online", weeks="1")).status_code == 303
    rows = await site.database.admin.fetch("SELECT * FROM slot ORDER BY starts_at, centre_id NULLS LAST")
    assert len(rows) == 4
    assert {f"{row['local_start']:%H:%M}" for row in rows} == {"09:30"}
    assert {f"{row['starts_at']:%H:%M}" for row in rows} == {"04:30"}
    assert (rows[1]["centre_id"], rows[1]["zone"]) == (None, "Asia/Almaty")
    assert (await registrar.get("/seats")).text.count("0 of 12") == 4


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts": "2020-01-01T09:00"}, "starts"),
        ({"starts": "tomorrow"}, "starts"),
        ({"starts": f"{AHEAD:%Y-%m-%dT09:30}+05:00"}, "starts"),
        ({"starts": ""}, "starts"),
        ({"seats": "0"}, "seats"),
        ({"seats": "10001"}, "seats"),
        ({"seats": "1e9"}, "seats"),
        ({"weeks": "53"}, "weeks"),
        ({"place": "00000000-0000-0000-0000-000000000000"}, "place"),
        ({"place": "'; DROP TABLE slot"}, "place"),
        ({"scheme_id": "00000000-0000-0000-0000-000000000000"}, "scheme_id"),
    ],
)
async def test_an_impossible_slot_is_refused_by_its_field_and_nothing_is_kept(
    site: Site, changes: dict[str, str], field: str
) -> None:
    office = await open_office(site)
    answer = await offer(await site.person(Role.REGISTRAR), office, **changes)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert await site.database.admin.fetchval("SELECT count(*) FROM slot") == 0


async def test_seats_become_more_but_never_fewer_than_are_booked(site: Site) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72), seats=2)
    for _ in range(2):
        await office.booked(await office.candidate(), slot)
    registrar = await site.person(Role.REGISTRAR)
    refused = await registrar.post(f"/seats/{slot.slot_id}/seats", data={"seats": "1"}, headers=JSON)
    assert (refused.status_code, refused.json()["reason"]) == (422, "fewer-than-booked")
    await registrar.post(f"/seats/{slot.slot_id}/seats", data={"seats": "3"})
    await office.booked(await office.candidate(), slot)


async def test_an_absence_is_excused_once_and_gives_the_voucher_back(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    slot = await office.slot(in_hours(2))
    (code,) = await office.vouchers()
    person = await office.candidate(display_name="Aigerim")
    path = await office.booked(person, slot, code)
    registrar = await site.person(Role.REGISTRAR)
    excuse = f"/seats/{slot.slot_id}{path}/excuse"
    early = await registrar.post(excuse, headers=JSON)
    assert (early.status_code, early.json()["code"]) == (409, "not-eligible")
    await office.move_clock(path, timedelta(hours=3))
    assert "did not come" in (await registrar.get(f"/seats/{slot.slot_id}")).text
    for _ in range(2):
        assert (await registrar.post(excuse)).status_code == 303
    assert "The centre excused you" in (await person.get(path)).text
    await office.booked(person, await office.slot(in_hours(72)), code)


async def test_a_centre_needs_a_zone_that_exists_and_a_name_of_its_own(site: Site) -> None:
    registrar = await site.person(Role.REGISTRAR)
    form = {"name": "Qostanay", "address": "Әл-Фараби даңғылы 65", "zone": "Asia/Qostanay"}
    assert (await registrar.post("/seats/centres", data=form)).status_code == 303
    assert "Әл-Фараби даңғылы 65" in (await registrar.get("/seats/centres")).text
    for changes, field in (
        ({}, "name"),
        ({"name": "B", "zone": "Asia/Kostanay"}, "zone"),
        ({"name": " "}, "name"),
        ({"name": "B", "address": ""}, "address"),
    ):
        answer = await registrar.post("/seats/centres", data=form | changes, headers=JSON)
        assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert await site.database.admin.fetchval("SELECT count(*) FROM centre") == 1


async def test_a_batch_of_vouchers_is_one_file_and_the_database_knows_no_code(site: Site) -> None:
    office = await open_office(site, voucher_required=True)
    registrar = await site.person(Role.REGISTRAR)
    form = {"scheme": str(office.scheme_id), "count": "500", "valid_until": f"{AHEAD:%Y-%m-%d}", "note": "School 12"}
    answer = await registrar.post("/seats/vouchers", data=form)
    assert answer.headers["content-type"].startswith("text/csv")
    codes = [row["code"] for row in csv.DictReader(io.StringIO(answer.text))]
    assert len(set(codes)) == 500
    kept = {row["code_sha256"] for row in await site.database.admin.fetch("SELECT code_sha256 FROM voucher")}
    assert kept == {code_sha256(code) for code in codes}
    await office.booked(await office.candidate(), await office.slot(in_hours(72)), codes[250])
    page = (await registrar.get("/seats/vouchers")).text
    assert "1 of 500" in page
    assert not any(code in page for code in codes)
    for changes, field in (
        ({"count": "0"}, "count"),
        ({"count": "100001"}, "count"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
        ({"valid_until": "soon"}, "valid_until"),
        ({"note": " "}, "note"),
        ({"scheme": "all"}, "scheme"),
    ):
        refused = await registrar.post("/seats/vouchers", data=form | changes, headers=JSON)
        assert (refused.status_code, refused.json()["field"]) == (422, field)


async def test_a_hundred_thousand_vouchers_are_issued_by_one_command(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = await open_office(site, voucher_required=True)
    monkeypatch.setenv("DATABASE_URL", site.database.url)
    out = tmp_path / "vouchers.csv"
    arguments = ["voucher", "issue", "--count", "100000", "--valid-until", "2099-12-31", "--note", "Schools", "--out", str(out)]

    done = await asyncio.to_thread(CliRunner().invoke, sarap, arguments)
    assert done.exit_code == 0, done.output
    assert oct(out.stat().st_mode & 0o777) == "0o600"
    with out.open(newline="") as file:
        codes = [row["code"] for row in csv.DictReader(file)]
    assert len(set(codes)) == 100_000 == await site.database.admin.fetchval("SELECT count(*) FROM voucher")
    await office.booked(await office.candidate(), await office.slot(in_hours(72)), codes[-1])
    again = await asyncio.to_thread(CliRunner().invoke, sarap, arguments)
    assert again.exit_code == 2
    other = [*arguments[:-1], str(tmp_path / "other.csv"), "--scheme", "no-such-exam"]
    assert (await asyncio.to_thread(CliRunner().invoke, sarap, other)).exit_code == 2
    assert sorted(path.name for path in tmp_path.glob("*.csv*")) == ["vouchers.csv"]
    assert list(tmp_path.glob(".*.part")) == []
    assert await site.database.admin.fetchval("SELECT count(*) FROM voucher") == 100_000
