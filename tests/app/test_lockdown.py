"""The Safe Exam Browser through HTTP: its file, its one start, a proof for every step, and who waits for a proctor."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import httpx2
import pytest

from app.auth.account import Role
from exams.proctoring.seb.configuration import FILES_PER_MINUTE
from tests.fixtures.candidates import JSON, Sitting, open_exam
from tests.fixtures.seb import BUILD, ExamBrowser, opened, sha256_hex
from tests.fixtures.web import Person, Site


async def waiting(site: Site) -> Sitting:
    """A candidate of a locked-down exam who has agreed and waits, in an ordinary browser."""
    sitting = await open_exam(site)
    await site.database.admin.execute("""UPDATE scheme SET rules = '{"lockdown": "seb"}'""")
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true"})
    return sitting


async def issue(sitting: Sitting) -> str:
    """Have a file made; returns its token."""
    made = await sitting.candidate.post(f"/sessions/{sitting.session_id}/seb")
    assert made.status_code == 303
    return parse_qs(urlsplit(made.headers["location"]).query)["t"][0]


async def in_browser(site: Site, sitting: Sitting, **changes: Any) -> ExamBrowser:
    """Go the candidate's way into the Safe Exam Browser: fetch the file without a sign-in, open its start address, go on."""
    token = await issue(sitting)
    visitor = await site.visitor()
    file = await visitor.get(f"/seb/exam.seb?t={token}")
    assert (file.status_code, file.headers["content-type"]) == (200, "application/seb")
    browser = opened(site, visitor, file.content, **changes)
    assert browser.settings["startURL"] == f"{site.url}/seb?t={token}"
    first = await visitor.get(f"/seb?t={token}")
    assert (first.status_code, "Aigerim Test" in first.text) == (200, True)
    entered = await visitor.post("/seb", data={"t": token})
    assert entered.headers["location"] == f"/sessions/{sitting.session_id}"
    sitting.candidate = visitor
    return browser


async def step(sitting: Sitting, name: str) -> httpx2.Response:
    """Take a step without saying more than the page does."""
    base = f"/sessions/{sitting.session_id}"
    match name:
        case "start":
            return await sitting.candidate.post(f"/api{base}/start", json={}, headers=JSON)
        case "hand_in":
            return await sitting.hand_in(1, "python3", "print(3)")
        case "finish":
            return await sitting.candidate.post(f"{base}/finish", headers=JSON)
        case _:
            return await sitting.candidate.get(base)


def code(answer: httpx2.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def running(site: Site, **changes: Any) -> tuple[Sitting, ExamBrowser]:
    """A candidate whose clock runs in the Safe Exam Browser."""
    sitting = await waiting(site)
    browser = await in_browser(site, sitting, **changes)
    assert (await browser.prove(sitting, "start")).status_code == 200
    assert (await step(sitting, "start")).status_code == 200
    return sitting, browser


async def test_a_loop_that_asks_for_files_is_told_to_wait_and_the_files_that_there_are_stay_good(site: Site) -> None:
    sitting = await waiting(site)
    tokens = [await issue(sitting) for _ in range(FILES_PER_MINUTE)]
    refused = await sitting.candidate.post(f"/sessions/{sitting.session_id}/seb", headers=JSON)
    assert code(refused) == (429, "too-often")
    assert (await sitting.candidate.get(f"/seb/exam.seb?t={tokens[0]}")).status_code == 200
    await site.database.admin.execute("UPDATE seb_configuration SET issued_at = issued_at - interval '1 minute'")
    await issue(sitting)


@pytest.mark.parametrize("sends_headers", [True, False])
async def test_each_step_is_taken_once_for_each_proof(site: Site, sends_headers: bool) -> None:
    sitting = await waiting(site)
    browser = await in_browser(site, sitting, sends_headers=sends_headers)
    assert code(await step(sitting, "start")) == (409, "lockdown-unproven")
    proof = await browser.prove(sitting, "start")
    assert proof.json() == {"proven": True, "level": "SEB-CK"}
    assert (await step(sitting, "start")).status_code == 200
    assert (await step(sitting, "start")).json()["resumed"] is True  # the same start, for a lost answer
    assert code(await step(sitting, "hand_in")) == (409, "lockdown-unproven")
    await browser.prove(sitting, "hand_in")
    assert (await step(sitting, "hand_in")).status_code == 201
    assert code(await step(sitting, "hand_in")) == (409, "lockdown-unproven")
    check = (await step(sitting, "resume")).headers["location"]
    assert check.startswith(f"/sessions/{sitting.session_id}/lockdown/")
    assert "being checked" in (await sitting.candidate.get(check)).text
    challenge = {"answer": check.replace("/sessions", "/api/sessions").replace("lockdown/", "lockdown/answers/"), "page": check}
    assert (await browser.answer(challenge)).status_code == 200
    assert "Read two integers" in (await step(sitting, "resume")).text
    assert (await step(sitting, "resume")).status_code == 303
    assert code(await step(sitting, "finish")) == (409, "lockdown-unproven")
    await browser.prove(sitting, "finish")
    assert (await step(sitting, "finish")).status_code == 303
    assert (await sitting.get())["phase"] == "over"


async def test_a_proof_of_one_step_is_none_for_another(site: Site) -> None:
    sitting, browser = await running(site)
    await browser.prove(sitting, "hand_in")
    assert code(await step(sitting, "finish")) == (409, "lockdown-unproven")


async def test_a_start_address_works_once_and_only_for_its_candidate(site: Site) -> None:
    sitting = await waiting(site)
    token = await issue(sitting)
    visitor, other = await site.visitor(), await site.visitor()
    assert (await visitor.post("/seb", data={"t": token})).status_code == 303
    assert (await visitor.get(f"/sessions/{sitting.session_id}")).status_code == 303
    used = await other.post("/seb", data={"t": token})
    assert "sarap" not in used.cookies
    assert (await other.get(used.headers["location"])).headers["location"].startswith("/sign-in")
    assert (await other.get(f"/seb?t={token}")).status_code == 303
    for wrong in ("", "nonsense", token[:-1] + ("A" if token[-1] != "A" else "B")):
        assert (await other.get(f"/seb?t={wrong}")).status_code == 404
        assert (await other.get(f"/seb/exam.seb?t={wrong}")).status_code == 404
        assert (await other.post("/seb", data={"t": wrong})).status_code == 404
    await site.database.admin.execute("UPDATE seb_configuration SET expires_at = now()")
    assert (await other.get(f"/seb/exam.seb?t={token}")).status_code == 404


async def test_no_token_is_in_the_database_or_in_a_log(site: Site) -> None:
    sitting = await waiting(site)
    token = await issue(sitting)
    row = await site.database.admin.fetchrow("SELECT * FROM seb_configuration")
    assert row is not None
    assert all(token not in str(value) and token.encode() != value for value in row.values())


async def test_a_replayed_nonce_is_refused(site: Site) -> None:
    sitting, browser = await running(site)
    challenge = await browser.challenge(sitting, "hand_in")
    assert (await browser.answer(challenge)).status_code == 200
    assert (await browser.answer(challenge)).status_code == 404
    await step(sitting, "hand_in")
    assert code(await step(sitting, "hand_in")) == (409, "lockdown-unproven")


async def test_an_expired_nonce_proves_nothing_and_holds_nobody(site: Site) -> None:
    sitting, browser = await running(site)
    challenge = await browser.challenge(sitting, "hand_in")
    await site.database.admin.execute("UPDATE lockdown_check SET issued_at = issued_at - interval '61 s' WHERE level = 'none'")
    assert code(await browser.answer(challenge)) == (409, "lockdown-unproven")
    assert await site.database.admin.fetchval("SELECT count(*) FROM session_hold") == 0
    assert (await browser.prove(sitting, "hand_in")).status_code == 200
    await site.database.admin.execute(
        "ALTER TABLE lockdown_check DISABLE TRIGGER lockdown_answer_stands; "
        "UPDATE lockdown_check SET answered_at = answered_at - interval '61 s'"
    )
    assert code(await step(sitting, "hand_in")) == (409, "lockdown-unproven")  # a proof grows old too


async def forged(browser: ExamBrowser, sitting: Sitting, how: str) -> httpx2.Response:
    """Answer a challenge dishonestly, or through something that changes it on the way."""
    challenge = await browser.challenge(sitting, "hand_in")
    path: str = challenge["answer"]
    match how:
        case "another session's settings":
            browser.settings["startURL"] = "https://elsewhere.example/"
            return await browser.answer(challenge)
        case "a query that was added":
            return await browser.person.post(f"{path}?x=1", json={"last": True}, headers=JSON | browser.headers(path))
        case "a proxy's path":
            honest = browser.headers(f"/prefix{path}")
            return await browser.person.post(path, json={"last": True}, headers=JSON | honest)
        case "another Host":
            there = sha256_hex(f"https://evil.example{path}{browser.config_key}")
            sent = {"x-safeexambrowser-configkeyhash": there, "host": "evil.example"}
            return await browser.person.post(path, json={"last": True}, headers=JSON | sent)
        case "a hash of another nonce":
            other = await browser.challenge(sitting, "hand_in")
            return await browser.person.post(path, json={"last": True}, headers=JSON | browser.headers(other["answer"]))
        case "a page that the client names":
            body = {"config_key": browser.config_hash("/anything"), "exam_key": "", "last": True}
            return await browser.person.post(path, json=body, headers=JSON)
        case _:
            return await browser.person.post(path, json={"last": True}, headers=JSON)


@pytest.mark.parametrize(
    "how",
    [
        "another session's settings",
        "a query that was added",
        "a proxy's path",
        "another Host",
        "a hash of another nonce",
        "a page that the client names",
        "an ordinary browser",
    ],
)
async def test_complaint_15_what_fails_the_check_is_held_and_told_never_put_out_and_saves_go_on(site: Site, how: str) -> None:
    sitting, browser = await running(site)
    assert code(await forged(browser, sitting, how)) == (409, "lockdown-held")
    assert code(await step(sitting, "hand_in")) == (409, "lockdown-held")
    saved = await sitting.save(1, "python3", "print('held')")
    assert saved["revision"] == 2  # the hand-in that was refused had saved its text before
    assert (await sitting.get())["phase"] == "in_progress"
    state = await sitting.get("/lockdown")
    assert (state["held"], state["waived"]) == (True, False)
    kinds = await site.database.admin.fetch("SELECT kind, detail FROM observation WHERE kind = 'lockdown_failed'")
    assert [row["detail"]["purpose"] for row in kinds] == ["hand_in"]
    proctor = await site.person(Role.PROCTOR)
    board = (await proctor.get("/board")).text
    assert "1 candidate waits for you" in board
    assert "1 candidate fails the Config Key" in board


async def test_the_host_header_has_no_part_in_what_is_hashed(site: Site) -> None:
    sitting, browser = await running(site)
    challenge = await browser.challenge(sitting, "hand_in")
    answer = await browser.answer(challenge, host="evil.example")
    assert answer.json() == {"proven": True, "level": "SEB-CK"}


async def test_another_candidates_nonce_and_file_are_of_no_use(site: Site) -> None:
    sitting, browser = await running(site)
    challenge = await browser.challenge(sitting, "hand_in")
    stranger = await site.person(Role.CANDIDATE)
    other = await stranger.post(f"/exams/{sitting.room.scheme.scheme_id}/sessions")
    theirs = Sitting(sitting.room, stranger, other.headers["location"].removeprefix("/sessions/"))
    await stranger.post(f"/sessions/{theirs.session_id}/consent", data={"accept": "true"})
    borrowed = ExamBrowser(site, stranger, browser.settings)
    assert (await borrowed.answer(challenge)).status_code == 404
    moved = {
        name: path.replace(sitting.session_id, theirs.session_id)
        for name, path in challenge.items()
        if name in {"answer", "page"}
    }
    assert (await borrowed.answer(moved)).status_code == 404
    assert code(await borrowed.prove(theirs, "start")) == (409, "lockdown-held")  # the settings are another attempt's


async def test_a_check_that_passes_later_ends_the_hold_by_itself(site: Site) -> None:
    sitting, browser = await running(site)
    await forged(browser, sitting, "an ordinary browser")
    assert (await sitting.get("/lockdown"))["held"] is True
    assert (await browser.prove(sitting, "hand_in")).status_code == 200
    assert (await sitting.get("/lockdown"))["held"] is False
    assert (await step(sitting, "hand_in")).status_code == 201


async def test_a_proctor_lets_a_session_go_on_without_checks_and_the_registrar_sees_that_nothing_was_proven(site: Site) -> None:
    sitting, browser = await running(site)
    await forged(browser, sitting, "an ordinary browser")
    proctor = await site.person(Role.PROCTOR)
    page = (await proctor.get(f"/board/sessions/{sitting.session_id}")).text
    assert "This session waits for you" in page
    where = f"/board/sessions/{sitting.session_id}/release"
    assert (await proctor.post(where, data={"reason": " "}, headers=JSON)).status_code == 422
    assert (
        await proctor.post(where, data={"reason": "The network changes addresses.", "our_fault": "true"})
    ).status_code == 303
    assert code(await proctor.post(where, data={"reason": "Again."}, headers=JSON)) == (409, "already-decided")
    assert (await browser.challenge(sitting, "finish"))["proven"] is True
    for name, status in (("hand_in", 201), ("resume", 200), ("finish", 303)):
        assert (await step(sitting, name)).status_code == status
    page = (await proctor.get(f"/board/sessions/{sitting.session_id}")).text
    assert "A proctor let this session go on without checks." in page


async def test_the_time_of_a_hold_by_our_fault_is_given_back_and_of_another_one_not(site: Site) -> None:
    sitting, browser = await running(site)
    proctor = await site.person(Role.PROCTOR)
    where = f"/board/sessions/{sitting.session_id}/release"
    before = datetime.fromisoformat((await sitting.get())["deadline"])
    await forged(browser, sitting, "an ordinary browser")
    # As if both had been a while ago.
    await site.database.admin.execute("UPDATE session SET started_at = started_at - interval '10 min'")
    await site.database.admin.execute("UPDATE session_hold SET held_at = held_at - interval '3 min'")
    await proctor.post(where, data={"reason": "The network changed the address.", "our_fault": "true"})
    row = await site.database.admin.fetchrow("SELECT kind, seconds, once, rule FROM time_entry WHERE kind = 'hold'")
    hold_id = await site.database.admin.fetchval("SELECT hold_id FROM session_hold")
    assert row is not None
    assert (row["once"], row["rule"]) == (f"hold:{hold_id}", "hold=our-fault")
    assert 180 <= row["seconds"] <= 240
    after = datetime.fromisoformat((await sitting.get())["deadline"])
    assert after - before == timedelta(seconds=row["seconds"]) - timedelta(minutes=10)
    await proctor.post(where.replace("release", "hold"), data={"reason": "Somebody else sits there."})
    await proctor.post(where, data={"reason": "It was the interpreter."})
    assert await site.database.admin.fetchval("SELECT count(*) FROM time_entry WHERE kind = 'hold'") == 1


async def test_a_proctor_can_let_a_session_wait_and_no_proof_ends_that(site: Site) -> None:
    sitting, browser = await running(site)
    proctor = await site.person(Role.PROCTOR)
    where = f"/board/sessions/{sitting.session_id}"
    assert (await proctor.post(f"{where}/hold", data={"reason": "Somebody else sits there."})).status_code == 303
    path = f"/api/sessions/{sitting.session_id}/lockdown/challenges"
    assert code(await browser.person.post(path, json={"purpose": "hand_in"}, headers=JSON)) == (409, "lockdown-held")
    assert code(await step(sitting, "hand_in")) == (409, "lockdown-held")
    assert (await sitting.save(1, "python3", "print('held')"))["revision"] == 2
    assert (await proctor.post(f"{where}/release", data={"reason": "It was the interpreter."})).status_code == 303
    assert (await step(sitting, "hand_in")).status_code == 201


async def test_nobody_lets_their_own_session_go_on(site: Site) -> None:
    sitting, browser = await running(site)
    await forged(browser, sitting, "an ordinary browser")
    async with site.database.admin.acquire() as db:
        await db.execute("INSERT INTO account_role VALUES ((SELECT candidate_id FROM session), 'proctor')")
    answer = await sitting.candidate.post(f"/board/sessions/{sitting.session_id}/release", data={"reason": "me"}, headers=JSON)
    assert code(answer) == (403, "own-case")
    with pytest.raises(asyncpg.CheckViolationError, match="not impartial"):
        await site.database.web.execute(
            "UPDATE session_hold SET released_at = now(), release_reason = 'me', "
            "released_by = (SELECT candidate_id FROM session LIMIT 1)"
        )


async def test_complaint_16_a_wrong_exam_key_is_seen_and_holds_nobody(site: Site) -> None:
    sitting, browser = await running(site)
    registrar = await site.person(Role.REGISTRAR)
    await add_key(registrar, sitting, "Windows 3.9", BUILD)
    proof = await browser.prove(sitting, "hand_in")
    assert proof.json() == {"proven": True, "level": "SEB-CK+BEK"}
    assert (await step(sitting, "hand_in")).status_code == 201
    browser.build = "ee" * 32  # an update came in the night
    assert (await browser.prove(sitting, "finish")).json() == {"proven": True, "level": "SEB-CK"}
    board = (await (await site.person(Role.PROCTOR)).get("/board")).text
    assert "1 candidate has none of the Browser Exam Keys" in board
    assert "waits for you" not in board
    assert (await step(sitting, "finish")).status_code == 303


async def add_key(person: Person, sitting: Sitting, name: str, key: str) -> None:
    day = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    form = {"scheme_id": str(sitting.room.scheme.scheme_id), "name": name, "key": key, "expires_on": day}
    assert (await person.post("/exam-keys", data=form)).status_code == 303
    assert (await person.post("/exam-keys", data=form, headers=JSON)).status_code == 422


async def test_keys_are_listed_withdrawn_and_count_no_longer(site: Site) -> None:
    sitting, browser = await running(site)
    registrar = await site.person(Role.REGISTRAR)
    await add_key(registrar, sitting, "Windows 3.9", BUILD)
    assert "Windows 3.9" in (await registrar.get("/exam-keys")).text
    key_id = await site.database.admin.fetchval("SELECT exam_key_id FROM browser_exam_key")
    assert (await registrar.post(f"/exam-keys/{key_id}/withdrawal")).status_code == 303
    assert (await registrar.post(f"/exam-keys/{key_id}/withdrawal", headers=JSON)).status_code == 404
    assert (await browser.prove(sitting, "hand_in")).json() == {"proven": True, "level": "SEB-CK"}


async def test_a_scheme_without_lockdown_asks_for_nothing(site: Site) -> None:
    sitting = await open_exam(site)
    base = f"/sessions/{sitting.session_id}"
    await sitting.candidate.post(f"{base}/consent", data={"accept": "true"})
    for name, status in (("start", 200), ("resume", 200), ("hand_in", 201), ("finish", 303)):
        assert (await step(sitting, name)).status_code == status
    assert await site.database.admin.fetchval("SELECT count(*) FROM lockdown_check") == 0
    assert (await sitting.candidate.post(f"{base}/seb", headers=JSON)).status_code == 404
    proctor = await site.person(Role.PROCTOR)
    refused = await proctor.post(f"/board/sessions/{sitting.session_id}/hold", data={"reason": "x"}, headers=JSON)
    assert refused.status_code == 404


async def test_a_loop_of_checks_is_stopped(site: Site) -> None:
    sitting, browser = await running(site)
    path = f"/api/sessions/{sitting.session_id}/lockdown/challenges"
    answers = [await browser.person.post(path, json={"purpose": "hand_in"}, headers=JSON) for _ in range(31)]
    assert code(answers[-1]) == (429, "too-often")


async def test_what_a_check_was_answered_with_stands(site: Site) -> None:
    await running(site)
    with pytest.raises(asyncpg.CheckViolationError, match="answered"):
        await site.database.web.execute("UPDATE lockdown_check SET level = 'SEB-CK+BEK'")
