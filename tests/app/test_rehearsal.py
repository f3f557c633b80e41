"""A rehearsal: the real pages, at any time, judged for real, and without any consequence."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import asyncpg
import pytest

from app.auth.account import Role
from app.database import transaction
from app.jobs import grade_session
from app.jobs.queue import Urgency
from app.workers.registry import RegistryResources, sweep
from exams.errors import InvalidInput, NotDecidable
from exams.grading.decision import decide
from exams.grading.decision.store import case_of, cases
from exams.ids import AccountId, SchemeId, SessionId
from exams.papers.blueprint import BlueprintRow
from exams.papers.rules import Rules
from exams.papers.setting import found_scheme as found
from exams.rejudging.choice import Choice, RejudgeKind
from exams.rejudging.choice.store import chosen
from tests.fixtures.booking import found_scheme
from tests.fixtures.candidates import JSON, Sitting
from tests.fixtures.examroom import LANGUAGES, arrange, insert_judgement
from tests.fixtures.web import Person, Site


async def rehearse(site: Site, person: Person, scheme_id: SchemeId) -> SessionId:
    """Open, start, hand one program in, finish; have it judged and graded."""
    opened = await person.post(f"/exams/{scheme_id}/sessions")
    path = opened.headers["location"]
    session_id = path.removeprefix("/sessions/")
    await person.post(f"{path}/consent", data={"accept": "true", "camera": "true"})
    assert (await person.post(f"{path}/start")).headers["location"] == path
    await site.database.admin.execute(
        """INSERT INTO submission (session_id, position, language, source, source_sha256, origin, submitted_at)
        VALUES ($1::text::uuid, 1, 'python3', 'print(1)', sha256('print(1)'), 'handed_in', now())""",
        session_id,
    )
    await person.post(f"{path}/finish")
    async with transaction(site.database.admin) as db:
        for row in await db.fetch("SELECT submission_id FROM submission WHERE session_id = $1::text::uuid", session_id):
            await insert_judgement(db, row["submission_id"])
        found_id = await db.fetchval("SELECT session_id FROM session WHERE session_id = $1::text::uuid", session_id)
    registry = RegistryResources(pool=site.database.registry, settings=site.settings, now=lambda: datetime.now(UTC))
    await grade_session.run(registry, found_id)
    return SessionId(found_id)


async def test_a_rehearsal_is_judged_shown_at_once_and_repeated_and_nobody_else_sees_it(site: Site) -> None:
    await arrange(site.database.admin)
    async with transaction(site.database.admin) as db:
        scheme_id = await found_scheme(db, "rehearsal", Rules(rehearsal=True, retake_wait_days=30, sessions_per_year=1))
    person, registrar = await site.person(Role.CANDIDATE), await site.person(Role.REGISTRAR)
    proctor = await site.person(Role.PROCTOR)
    first = await rehearse(site, person, scheme_id)
    second = await rehearse(site, person, scheme_id)
    assert first != second
    page = (await person.get(f"/sessions/{second}")).text
    assert "This was a rehearsal." in page
    assert "Your rehearsal is over" in page
    assert "of 100 points" in page
    assert "A registrar who did not examine you decides" not in page
    assert "Rehearsal" in (await person.get("/exams")).text
    # Not on the registrars' lists, not on the board, not by its address.
    assert str(second) not in (await registrar.get("/results")).text
    assert (await registrar.get(f"/results/{second}")).status_code == 404
    assert str(second) not in (await proctor.get("/board")).text
    assert (await proctor.get(f"/board/sessions/{second}")).status_code == 404
    async with transaction(site.database.web) as db:
        assert await cases(db, AccountId(uuid4())) == ()
        assert await chosen(db, Choice(RejudgeKind.ANEW)) == []


async def test_a_rehearsal_never_delays_an_exam_whatever_it_has_judged(site: Site) -> None:
    room = await arrange(site.database.admin)
    async with transaction(site.database.admin) as db:
        scheme_id = await found_scheme(db, "rehearsal", Rules(rehearsal=True))
    for scheme in (scheme_id, room.scheme.scheme_id):
        person = await site.person(Role.CANDIDATE)
        path = (await person.post(f"/exams/{scheme}/sessions")).headers["location"]
        await person.post(f"{path}/consent", data={"accept": "true"})
        assert (await person.post(f"{path}/start")).headers["location"] == path
        sitting = Sitting(room, person, path.removeprefix("/sessions/"))
        asked = await sitting.post("1/sample-runs", language="python3", source="print(1)", files=dict[str, str]())
        assert asked.status_code == 201
        assert (await sitting.hand_in(1, "python3", "print(1)")).status_code == 201
        await sitting.save(1, "python3", "print(2)  # taken at the end")
        await person.post(f"{path}/finish")
    rows = await site.database.admin.fetch(
        """SELECT (headers->>'urgency')::int AS urgency, priority, headers->>'sitting' LIKE '%' || $1 AS is_rehearsal
        FROM pgqueuer WHERE headers ? 'sitting'""",
        str(scheme_id),
    )
    rehearsed = [row for row in rows if row["is_rehearsal"]]
    examined = [row for row in rows if not row["is_rehearsal"]]
    assert [row["urgency"] for row in rehearsed] == [Urgency.REHEARSAL] * 3
    assert sorted(row["urgency"] for row in examined) == [Urgency.AFTERWARDS, Urgency.HAND_IN, Urgency.SAMPLES]
    assert max(row["priority"] for row in rehearsed) < min(row["priority"] for row in examined)
    # Jobs that were lost are put back in the same bands.
    await site.database.admin.execute("DELETE FROM pgqueuer")
    await site.database.admin.execute("UPDATE submission SET submitted_at = submitted_at - interval '1 hour'")
    await sweep(RegistryResources(pool=site.database.registry, settings=site.settings, now=lambda: datetime.now(UTC)))
    rows = await site.database.admin.fetch("SELECT headers->>'urgency' AS urgency FROM pgqueuer WHERE headers ? 'sitting'")
    assert sorted(int(row["urgency"]) for row in rows) == [Urgency.REHEARSAL] * 2 + [Urgency.AFTERWARDS] * 2


async def test_a_rehearsal_is_never_decided_by_the_noun_and_by_the_database(site: Site) -> None:
    await arrange(site.database.admin)
    async with transaction(site.database.admin) as db:
        scheme_id = await found_scheme(db, "rehearsal", Rules(rehearsal=True))
    person, registrar = await site.person(Role.CANDIDATE), await site.person(Role.REGISTRAR)
    session_id = await rehearse(site, person, scheme_id)
    async with transaction(site.database.web) as db:
        case = await case_of(db, session_id)
    assert case is not None
    assert case.result is not None
    assert case.result.graded.passed is not None
    with pytest.raises(NotDecidable) as refused:
        decide(case, AccountId(registrar.account_id), "certify", "Good.", datetime.now(UTC))
    assert "rehearsal" in refused.value.reasons
    answer = await registrar.post(
        f"/results/{session_id}/decision", data={"outcome": "certify", "reason": "Good."}, headers=JSON
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "not-decidable")
    for outcome in ("certify", "decline"):
        with pytest.raises(asyncpg.CheckViolationError, match="rehearsal"):
            await site.database.web.execute(
                """INSERT INTO decision (result_id, decided_by, outcome, reason, decided_at)
                SELECT result_id, $1, $2, 'x', now() FROM result""",
                registrar.account_id,
                outcome,
            )


async def test_nothing_that_is_observed_in_a_rehearsal_is_kept(site: Site) -> None:
    await arrange(site.database.admin)
    async with transaction(site.database.admin) as db:
        scheme_id = await found_scheme(db, "rehearsal", Rules(rehearsal=True))
    person = await site.person(Role.CANDIDATE)
    path = (await person.post(f"/exams/{scheme_id}/sessions")).headers["location"]
    assert "This is a rehearsal" in (await person.get(f"{path}/consent")).text
    await person.post(f"{path}/consent", data={"accept": "true", "camera": "true"})
    await person.post(f"{path}/start")
    seen = {"observations": [{"kind": "focus_lost", "client_time": datetime.now(UTC).isoformat()}]}
    assert (await person.post(f"/api{path}/observations", json=seen, headers=JSON)).status_code == 204
    picture = b"\xff\xd8\xff\xe0" + b"x" * 100 + b"\xff\xd9"
    answer = await person.post(f"/api{path}/snapshots", content=picture, headers=JSON | {"content-type": "image/jpeg"})
    assert answer.status_code == 201
    for table in ("observation", "snapshot", "presence"):
        assert await site.database.admin.fetchval(f"SELECT count(*) FROM {table}") == 0  # noqa: S608 - a name of ours
    assert "Rehearsal" in (await person.get(path)).text


async def test_a_rehearsal_never_draws_from_an_exams_tasks_nor_an_exam_from_a_rehearsals(site: Site) -> None:
    await arrange(site.database.admin)

    async def make(code: str, area: str, rules: Rules) -> None:
        async with transaction(site.database.admin) as db:
            await found(
                db,
                code=code,
                names={"en": code},
                descriptions={},
                duration_minutes=10,
                cut_score_percent=50,
                languages=LANGUAGES[:1],
                blueprint=[BlueprintRow(1, area, 10)],
                now=datetime.now(UTC) - timedelta(days=1),
                rules=rules,
            )

    with pytest.raises(InvalidInput, match="shared-with-an-exam"):
        await make("rehearsal", "algorithms", Rules(rehearsal=True))
    await make("rehearsal", "graphs", Rules(rehearsal=True))
    with pytest.raises(InvalidInput, match="shared-with-an-exam"):
        await make("exam", "graphs", Rules())
    await make("another-rehearsal", "graphs", Rules(rehearsal=True))
    await make("another-exam", "algorithms", Rules())
