"""The start through HTTP: the sealed form before it, the key at it, and the same start and key for whoever asks again."""

import asyncio
import json
from base64 import b64decode
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import unescape
from typing import Any

import asyncpg
import httpx2
import pytest

from app.auth.account import Role
from exams.booking.zones import pinned
from exams.sessions.sealed_form import open_form
from tests.fixtures.candidates import JSON, Sitting, open_exam
from tests.fixtures.web import Site


async def consented(site: Site) -> Sitting:
    """A candidate who has agreed and waits."""
    sitting = await open_exam(site)
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true"})
    return sitting


async def fetch(sitting: Sitting, **headers: str) -> httpx2.Response:
    """The form as the waiting page fetches it."""
    return await sitting.candidate.get(address(await waiting_page(sitting)), headers=headers)


async def waiting_page(sitting: Sitting) -> str:
    answer = await sitting.candidate.get(f"/sessions/{sitting.session_id}/start")
    assert answer.status_code == 200
    return answer.text


def attribute(page: str, name: str) -> str:
    return unescape(page.partition(f'{name}="')[2].partition('"')[0])


def address(page: str) -> str:
    return attribute(page, "data-form")


async def start(sitting: Sitting) -> httpx2.Response:
    return await sitting.candidate.post(f"/api/sessions/{sitting.session_id}/start", json={}, headers=JSON)


async def test_the_form_is_fetched_early_and_the_start_sends_only_the_key_that_opens_it(site: Site) -> None:
    sitting = await consented(site)
    page = await waiting_page(sitting)
    form = (await fetch(sitting)).content
    started = (await start(sitting)).json()
    session = await site.database.admin.fetchrow("SELECT * FROM session WHERE session_id = $1", sitting.session_id)
    assert session is not None
    key = b64decode(started["key"])
    assert len(key) == 32
    assert started["form"] == sha256(form).hexdigest() == attribute(page, "data-form-name")
    content = json.loads(open_form(session["session_id"], bytes.fromhex(attribute(page, "data-form-hash")), form, key))
    assert content["html"].count("Read two integers") == 3
    assert started["resumed"] is False
    assert datetime.fromisoformat(started["deadline"]) == session["started_at"] + timedelta(hours=1)
    served = (await sitting.candidate.get(f"/sessions/{sitting.session_id}")).text
    sealed, plain = exam_state(content["html"]), exam_state(served)
    assert sealed["items"] == plain["items"]
    assert without_clock(content["html"]) == without_clock(served)


def exam_state(page: str) -> dict[str, Any]:
    return json.loads(page.partition('id="exam-state">')[2].partition("</script>")[0])


def without_clock(page: str) -> str:
    """The exam page without what differs from one answer to the next: the state, and the nonce of the style sheet."""
    return page.replace(json_of(page), "").replace(attribute(page, "data-nonce"), "")


def json_of(page: str) -> str:
    return page.partition('id="exam-state">')[2].partition("</script>")[0]


async def test_what_is_sent_before_the_start_says_nothing_of_the_paper(site: Site) -> None:
    sitting = await consented(site)
    page, form = await waiting_page(sitting), (await fetch(sitting)).content
    state = json.dumps(await sitting.get())
    rows = await site.database.admin.fetch("SELECT names, statements FROM task")
    assert len(rows) == 3
    for row in rows:
        for words in (*row["names"].values(), *(one["text"] for one in row["statements"].values()), "sample/1"):
            assert words not in page
            assert words not in state
            assert words.encode() not in form
    key = await site.database.admin.fetchval("SELECT key FROM sealed_form")
    assert key not in form
    assert key.hex() not in page


async def test_papers_of_different_length_look_alike_from_outside(site: Site) -> None:
    sitting = await consented(site)
    before = len((await fetch(sitting)).content)
    statement = {"en": {"format": "md", "text": "Read two integers and print their sum. " * 40}}
    await site.database.admin.execute("UPDATE task SET statements = $1", statement)
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true", "camera": "true"})
    assert len((await fetch(sitting)).content) == before


async def test_a_form_has_a_strong_tag_and_may_be_kept_for_ever_under_its_own_address_only(site: Site) -> None:
    sitting = await consented(site)
    whole = await fetch(sitting)
    tag = whole.headers["etag"]
    assert tag == f'"{sha256(whole.content).hexdigest()}"'
    assert whole.headers["cache-control"] == "private, max-age=31536000, immutable"
    again = await fetch(sitting, **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = await sitting.candidate.get(f"/api/sessions/{sitting.session_id}/form?v=00")
    assert other.headers["cache-control"] == "private, no-cache"


async def test_no_form_and_no_key_are_there_before_consent(site: Site) -> None:
    sitting = await open_exam(site)
    assert (await sitting.candidate.get(f"/api/sessions/{sitting.session_id}/form", headers=JSON)).status_code == 404
    refused = await start(sitting)
    assert (refused.status_code, refused.json()["code"]) == (409, "not-eligible")
    assert "key" not in refused.json()
    assert await site.database.admin.fetchval("SELECT count(*) FROM sealed_form") == 0


async def test_nobody_fetches_another_candidates_form_or_key(site: Site) -> None:
    sitting = await consented(site)
    where = address(await waiting_page(sitting))
    stranger = await site.person(Role.CANDIDATE)
    assert (await stranger.get(where, headers=JSON)).status_code == 404
    assert (await stranger.post(f"/api/sessions/{sitting.session_id}/start", json={}, headers=JSON)).status_code == 404
    assert await site.database.admin.fetchval("SELECT started_at FROM session") is None


async def test_complaint_7_no_key_goes_out_before_the_booked_time(site: Site) -> None:
    sitting = await open_exam(site)
    await site.database.admin.execute("UPDATE scheme SET rules = rules || '{\"booking_required\": true}'::jsonb")
    await book(site, sitting, datetime.now(UTC) + timedelta(minutes=10))
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true"})
    page = await waiting_page(sitting)
    assert 500 < float(attribute(page, "data-opens-in")) <= 600
    assert (await fetch(sitting)).status_code == 200  # the form may be there early: it says nothing
    for _ in range(2):
        refused = await start(sitting)
        assert (refused.status_code, refused.json()["code"]) == (409, "too-early")
        assert "key" not in refused.json()
    assert (await sitting.candidate.post(f"/sessions/{sitting.session_id}/start")).status_code == 409
    assert (await sitting.candidate.get(f"/sessions/{sitting.session_id}")).headers["location"].endswith("/start")
    assert (await sitting.get())["items"] == []
    await site.database.admin.execute("DELETE FROM booking")
    await book(site, sitting, datetime.now(UTC) - timedelta(minutes=1))
    started = await start(sitting)
    assert started.status_code == 200
    assert started.json()["remaining_seconds"] > 3590  # a minute later, and the whole time all the same


async def test_complaint_19_everybody_who_starts_at_once_gets_one_start_with_the_whole_time(site: Site) -> None:
    sitting = await consented(site)
    answers = await asyncio.gather(*(start(sitting) for _ in range(8)), *(post_form(sitting) for _ in range(2)))
    keys = {answer.json()["key"] for answer in answers[:8]}
    deadlines = {answer.json()["deadline"] for answer in answers[:8]}
    assert (len(keys), len(deadlines)) == (1, 1)
    assert [answer.status_code for answer in answers[8:]] == [303, 303]
    events = await site.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'session:start'")
    assert events == 1
    assert len((await sitting.get())["items"]) == 3


async def post_form(sitting: Sitting) -> httpx2.Response:
    return await sitting.candidate.post(f"/sessions/{sitting.session_id}/start")


async def test_a_start_whose_answer_was_lost_is_answered_again_with_the_same_key_also_on_another_device(site: Site) -> None:
    sitting = await consented(site)
    first = (await start(sitting)).json()
    again = (await start(sitting)).json()
    assert (again["key"], again["deadline"], again["form"]) == (first["key"], first["deadline"], first["form"])
    assert (first["resumed"], again["resumed"]) == (False, True)
    assert (await fetch_stored(sitting)).status_code == 200


async def fetch_stored(sitting: Sitting) -> httpx2.Response:
    return await sitting.candidate.get(f"/api/sessions/{sitting.session_id}/form")


async def test_another_language_or_another_consent_seals_anew_until_the_clock_runs(site: Site) -> None:
    sitting = await consented(site)
    first = address(await waiting_page(sitting))
    assert address(await waiting_page(sitting)) == first
    await sitting.candidate.post("/language", data={"locale": "kk", "next": "/"})
    second = address(await waiting_page(sitting))
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true", "camera": "true"})
    third = address(await waiting_page(sitting))
    assert len({first, second, third}) == 3
    await start(sitting)
    with pytest.raises(asyncpg.CheckViolationError, match="its form stands"):
        await site.database.web.execute("UPDATE sealed_form SET key = $1", bytes(32))


async def test_a_session_that_is_over_gives_no_key(site: Site) -> None:
    sitting = await consented(site)
    await start(sitting)
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/finish")
    refused = await start(sitting)
    assert (refused.status_code, refused.json()["code"]) == (409, "session-closed")


async def test_no_process_but_the_web_reads_forms(site: Site) -> None:
    for pool in (site.database.judging, site.database.registry):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await pool.fetch("SELECT key FROM sealed_form")


async def book(site: Site, sitting: Sitting, starts_at: datetime) -> None:
    """The candidate has a seat at this time, on a clock without an offset."""
    values = (sitting.room.scheme.scheme_id, starts_at.replace(tzinfo=None), starts_at, pinned().version)
    async with site.database.admin.acquire() as db:
        slot_id = await db.fetchval(
            """INSERT INTO slot (scheme_id, local_start, zone, starts_at, tzdata_version, seats, created_at)
            VALUES ($1, $2, 'UTC', $3, $4, 10, $3) RETURNING slot_id""",
            *values,
        )
        await db.execute(
            """INSERT INTO booking (candidate_id, scheme_id, slot_id, local_start, zone, starts_at, tzdata_version, booked_at)
            VALUES ($5, $1, $6, $2, 'UTC', $3, $4, $3)""",
            *values,
            sitting.candidate.account_id,
            slot_id,
        )
