"""Five complaints that candidates have about other systems, as far as the server answers for them: none can happen here.

A save that failed was shown and never sent; saved answers were gone; a long disconnection lost the work; old text was judged
after a lost connection; an old tab blanked what a newer one had written.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.auth.account import Role
from app.jobs import grade_session, seal_session
from app.workers.registry import RegistryResources
from exams.ids import SessionId
from exams.sessions.chain import replay
from exams.sessions.journal import EDITS_PER_SAVE
from exams.sessions.writer import Writer
from tests.fixtures.candidates import JSON, Sitting, start_exam, turn_back
from tests.fixtures.examroom import insert_judgement
from tests.fixtures.web import Site


def registry(site: Site, now: datetime) -> RegistryResources:
    return RegistryResources(pool=site.database.registry, settings=site.settings, now=lambda: now)


async def source_of(sitting: Sitting, position: int = 1) -> str:
    return (await sitting.get())["items"][position - 1]["drafts"][-1]["source"]


async def test_complaint_1_a_save_that_failed_is_sent_after_a_reload_and_acknowledged_once(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "first")
    writer = sitting.writers[1]
    writer.write("python3", "first, and what was never answered")
    # The answer is lost; the page is loaded anew with the edits that it kept, and its own tab's name.
    lost = await sitting.send(1)
    reloaded = Sitting(sitting.room, sitting.candidate, sitting.session_id, tab=sitting.tab, writers={1: writer})
    answer = await reloaded.send(1)
    assert (answer.status_code, answer.json()["receipt"]) == (200, lost.json()["receipt"])
    assert reloaded.lease == sitting.lease
    assert await source_of(sitting) == "first, and what was never answered"
    assert await site.database.admin.fetchval("SELECT count(*) FROM journal_entry") == 2


async def test_complaint_3_what_was_saved_is_told_by_item_with_its_revision_and_time(site: Site) -> None:
    sitting = await start_exam(site)
    saved = [await sitting.save(position, "python3", f"print({position})") for position in (1, 2, 3)]
    await sitting.save(2, "python3", "print(22)")
    items = (await sitting.other_tab().get())["items"]
    assert [(item["revision"], item["drafts"][-1]["source"]) for item in items] == [
        (1, "print(1)"),
        (2, "print(22)"),
        (1, "print(3)"),
    ]
    assert [items[place]["drafts"][-1]["saved_at"] for place in (0, 2)] == [saved[place]["saved_at"] for place in (0, 2)]


async def test_complaint_4_hours_without_a_line_are_delivered_in_several_saves_and_all_of_it_counts(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.take_lease()
    writer = await sitting.writer(1)
    text = ""
    for letter in "қазақша" * (EDITS_PER_SAVE // 5):
        writer.edit("python3", "", changes=[[len(text), len(text), letter]])
        text += letter
    tail = list(writer.pending)
    assert len(tail) > EDITS_PER_SAVE
    delivered = Writer.fresh(SessionId(UUID(sitting.session_id)), 1)
    for place in range(0, len(tail), EDITS_PER_SAVE):
        part = tail[place : place + EDITS_PER_SAVE]
        delivered.pending = part
        delivered.now = replay(delivered.now, part)
        answer = await sitting.post("1/journal", **delivered.call(sitting.lease))
        assert answer.status_code == 200, answer.text
        delivered.acknowledged(answer.json())
    assert await source_of(sitting) == text


async def test_complaint_4_what_comes_after_the_deadline_waits_for_a_person_and_counts_if_accepted(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "in time")
    await turn_back(site, sitting, timedelta(hours=1, seconds=5))
    await site.database.admin.execute("UPDATE journal_entry SET saved_at = saved_at - interval '1 hour'")
    writer = sitting.writers[1]
    writer.write("python3", "in time, written offline")
    assert (await sitting.send(1)).json()["kept"]["reason"] == "late"
    now, subject = datetime.now(UTC), UUID(sitting.session_id)
    await seal_session.run(registry(site, now), subject)
    (sealed,) = (await sitting.get())["items"][0]["submissions"]
    async with site.database.admin.acquire() as db:
        await insert_judgement(db, sealed["submission_id"], "WA", 50)
    await grade_session.run(registry(site, now), subject)

    registrar = await site.person(Role.REGISTRAR)
    assert "waits for a decision" in (await registrar.get("/results")).text
    case = f"/results/{sitting.session_id}"
    assert "A text that arrived after the end" in (await registrar.get(case)).text
    held = await registrar.post(f"{case}/decision", data={"outcome": "decline", "reason": "No."}, headers=JSON)
    assert (held.status_code, held.json()["reasons"]) == (409, ["late-text"])
    listed = (await registrar.get("/late")).text
    aside_id = str(await site.database.admin.fetchval("SELECT aside_id FROM aside"))
    assert aside_id in listed
    page = (await registrar.get(f"/late/{aside_id}")).text
    assert "in time, written offline" in page
    assert "before the end" in page
    decided = await registrar.post(f"/late/{aside_id}/decision", data={"outcome": "accepted", "reason": "The line was down."})
    assert decided.status_code == 303
    again = {"outcome": "declined", "reason": "No."}
    assert (await registrar.post(f"/late/{aside_id}/decision", data=again, headers=JSON)).json()["code"] == "already-decided"
    late = (await sitting.get())["items"][0]["submissions"][-1]
    assert late["origin"] == "late"
    held = await registrar.post(f"{case}/decision", data={"outcome": "decline", "reason": "No."}, headers=JSON)
    assert held.json()["reasons"] == ["late-text"]
    async with site.database.admin.acquire() as db:
        await insert_judgement(db, late["submission_id"], "AC", 100)
    for _ in range(2):
        await grade_session.run(registry(site, now), subject)
    counting = await site.database.admin.fetchrow("SELECT score, revision FROM counting_result($1)", subject)
    assert counting is not None
    assert (counting["score"], counting["revision"]) == (30, 2)
    assert (await registrar.post(f"{case}/decision", data={"outcome": "decline", "reason": "No."})).status_code == 303


async def test_complaint_5_after_a_lost_connection_old_text_is_neither_judged_nor_lost(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "old")
    behind = sitting.other_tab()
    behind.lease = sitting.lease
    old_hand_in = (await behind.writer(1)).hand_in(sitting.lease)
    await sitting.save(1, "python3", "new")
    refused = await sitting.post("1/submissions", **old_hand_in)
    assert (refused.status_code, refused.json()["code"]) == (409, "stale-revision")
    behind.writers[1].write("python3", "old, and more")
    assert (await behind.send(1)).json()["kept"]["reason"] == "stale"
    await turn_back(site, sitting, timedelta(hours=1, seconds=5))
    await seal_session.run(registry(site, datetime.now(UTC)), UUID(sitting.session_id))
    assert await site.database.admin.fetchval("SELECT source FROM submission") == "new"
    assert [one["source"] for one in (await sitting.get("/asides"))["asides"]] == ["old, and more"]


async def test_complaint_17_an_old_tab_cannot_blank_what_a_newer_one_wrote(site: Site) -> None:
    old = await start_exam(site)
    await old.take_lease()
    await old.writer(1)
    new = old.other_tab()
    await new.take_lease(take_over=True)
    await new.save(1, "python3", "an hour of work")
    old.writers[1].edit("python3", "", whole="")
    blanked = await old.send(1)
    assert (blanked.status_code, blanked.json()["kept"]["reason"]) == (202, "lease")
    # Even with the newest head in its hands, it has no lease.
    again = Writer.at((await old.get())["items"][0])
    again.edit("python3", "", whole="")
    assert (await old.post("1/journal", **again.call(old.lease))).json()["kept"]["reason"] == "lease"
    assert await source_of(new) == "an hour of work"


async def test_a_program_that_the_journal_does_not_make_holds_the_result_for_a_person(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "as it was written")
    await site.database.admin.execute("UPDATE journal_entry SET source = 'as somebody would have it'")
    await turn_back(site, sitting, timedelta(hours=1, seconds=5))
    now, subject = datetime.now(UTC), UUID(sitting.session_id)
    await seal_session.run(registry(site, now), subject)
    (sealed,) = (await sitting.get())["items"][0]["submissions"]
    async with site.database.admin.acquire() as db:
        await insert_judgement(db, sealed["submission_id"])
    await grade_session.run(registry(site, now), subject)
    registrar = await site.person(Role.REGISTRAR)
    page = (await registrar.get(f"/results/{sitting.session_id}")).text
    assert "is not what the journal makes" in page
    assert "Sarap itself" in page
    assert "Sarap itself" in (await registrar.get("/incidents")).text
