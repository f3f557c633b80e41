"""What an exam page may report of itself, through HTTP."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from app.auth.account import Account, Role
from app.database import transaction
from exams.proctoring.snapshot import SNAPSHOT_MAX_BYTES
from tests.fixtures.sittings import Sitting, insert_people, insert_sitting
from tests.fixtures.web import Person, Site

JPEG = b"\xff\xd8\xff\xe0picture\xff\xd9"


async def sit(site: Site, *, camera: bool = True, started: timedelta | None = timedelta(minutes=5)) -> tuple[Person, Sitting]:
    """A candidate in the middle of an exam."""
    candidate = await site.person(Role.CANDIDATE)
    account = Account(candidate.account_id, candidate.login, "Aigerim Test", "en", frozenset({Role.CANDIDATE}))
    async with transaction(site.database.admin) as db:
        people = replace(await insert_people(db), candidate=account)
        started_at = None if started is None else datetime.now(UTC) - started
        return candidate, await insert_sitting(db, people, camera=camera, started_at=started_at)


async def report(person: Person, sitting: Sitting, *observations: object) -> tuple[int, dict[str, object]]:
    answer = await person.post(
        f"/api/sessions/{sitting.session.session_id}/observations", json={"observations": list(observations)}
    )
    return answer.status_code, answer.json() if answer.content else {}


async def send(person: Person, sitting: Sitting, image: bytes, media_type: str = "image/jpeg") -> tuple[int, dict[str, object]]:
    answer = await person.post(
        f"/api/sessions/{sitting.session.session_id}/snapshots", content=image, headers={"content-type": media_type}
    )
    return answer.status_code, answer.json()


async def kinds(site: Site) -> list[tuple[str, object]]:
    rows = await site.database.admin.fetch("SELECT kind, detail FROM observation ORDER BY observation_id")
    return [(row["kind"], row["detail"]) for row in rows]


async def test_reports_are_kept_and_a_page_is_noted_as_connected_once(site: Site) -> None:
    person, sitting = await sit(site)
    assert await report(person, sitting) == (204, {})
    at = datetime.now(UTC).isoformat()
    lost, pasted = {"kind": "focus_lost", "client_time": at}, {"kind": "paste", "client_time": at, "length": 12}
    assert await report(person, sitting, lost, pasted) == (204, {})
    assert await report(person, sitting, lost, pasted) == (204, {})
    assert await kinds(site) == [("connected", {}), ("focus_lost", {}), ("paste", {"length": 12})]


async def test_a_silence_is_noted_when_the_page_is_back(site: Site) -> None:
    person, sitting = await sit(site)
    await report(person, sitting)
    await site.database.admin.execute("UPDATE presence SET last_seen_at = now() - interval '40 s'")
    await report(person, sitting)
    await report(person, sitting)
    (_, (kind, detail), *rest) = await kinds(site)
    assert kind == "disconnected"
    assert detail in [{"seconds": seconds} for seconds in range(39, 43)]
    assert [kind for kind, _ in rest] == ["connected"]


@pytest.mark.parametrize(
    ("observation", "field"),
    [
        ({"kind": "disconnected"}, "kind"),
        ({"kind": "paste", "length": 3, "text": "secret"}, ""),
        ({"kind": "paste", "length": "3"}, "observations[1].length"),
        ({"kind": "x" * 41}, ""),
    ],
)
async def test_a_report_that_is_not_of_the_shape_is_refused_and_nothing_is_kept(
    site: Site, observation: dict[str, object], field: str
) -> None:
    person, sitting = await sit(site)
    status, problem = await report(person, sitting, {"kind": "focus_lost"}, observation)
    assert status in {413, 422}
    assert not field or problem["field"] == field
    assert await kinds(site) == []


async def test_more_reports_than_the_limit_are_refused(site: Site) -> None:
    person, sitting = await sit(site)
    assert (await report(person, sitting, *[{"kind": "focus_lost"}] * 51))[0] == 422
    for _ in range(2):
        assert (await report(person, sitting, *[{"kind": "focus_lost"}] * 50))[0] == 204
    status, problem = await report(person, sitting, *[{"kind": "focus_lost"}] * 50)
    assert (status, problem["code"]) == (429, "too-often")
    assert (await report(person, sitting))[0] == 204


async def test_another_candidate_s_session_does_not_exist(site: Site) -> None:
    _, sitting = await sit(site)
    stranger = await site.person(Role.CANDIDATE)
    assert (await report(stranger, sitting))[0] == 404
    assert (await send(stranger, sitting, JPEG))[0] == 404


async def test_before_the_start_and_long_after_the_end_nothing_is_taken(site: Site) -> None:
    person, sitting = await sit(site, started=None)
    status, problem = await report(person, sitting)
    assert (status, problem["code"]) == (409, "session-not-started")
    person, sitting = await sit(site, started=timedelta(hours=2))
    status, problem = await report(person, sitting)
    assert (status, problem["code"]) == (409, "session-closed")


async def test_a_picture_is_kept_once_and_not_faster_than_the_limit(site: Site) -> None:
    person, sitting = await sit(site)
    first = await send(person, sitting, JPEG)
    assert first[0] == 201
    assert await send(person, sitting, JPEG) == (200, first[1])
    status, problem = await send(person, sitting, b"\xff\xd8\xff\xe0another\xff\xd9")
    assert (status, problem["code"]) == (429, "too-often")
    assert await site.database.admin.fetchval("SELECT count(*) FROM snapshot") == 1


@pytest.mark.parametrize(
    ("image", "media_type", "status"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/jpeg", 422),
        (JPEG, "image/png", 422),
        (b"\xff\xd8\xff" + b"\0" * SNAPSHOT_MAX_BYTES + b"\xff\xd9", "image/jpeg", 413),
    ],
)
async def test_what_is_not_a_small_jpeg_is_refused(site: Site, image: bytes, media_type: str, status: int) -> None:
    person, sitting = await sit(site)
    assert (await send(person, sitting, image, media_type))[0] == status
    assert await site.database.admin.fetchval("SELECT count(*) FROM snapshot") == 0


async def test_without_consent_to_the_camera_a_picture_is_refused(site: Site) -> None:
    person, sitting = await sit(site, camera=False)
    status, problem = await send(person, sitting, JPEG)
    assert (status, problem["code"]) == (409, "not-eligible")


async def test_a_proctor_cannot_report_for_a_candidate(site: Site) -> None:
    _, sitting = await sit(site)
    proctor = await site.person(Role.PROCTOR)
    assert (await report(proctor, sitting, {"kind": "focus_lost", "client_time": str(uuid4())}))[0] == 403
