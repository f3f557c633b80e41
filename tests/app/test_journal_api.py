"""The journal through HTTP: what is acknowledged is in the chain; what is not is refused or kept aside, and told."""

import asyncio
import html
import json
import re
import stat
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from limits import RateLimitItemPerMinute

from app import futile_saves
from app.auth.account import Role
from app.receipt_key import ReceiptKeyUnusable, open_signer, rotate
from app.views import journal_api, journal_replay, receipts
from exams.ids import SessionId
from exams.sessions import receipt
from exams.sessions.aside import ASIDES_PER_MINUTE
from exams.sessions.chain import State, first_head, next_head, replay
from exams.sessions.journal import Earlier
from exams.sessions.journal import store as journals
from exams.sessions.lease import LEASES_PER_MINUTE
from exams.sessions.proof import StepState, check, read_proof
from exams.sessions.receipt import Receipt, ReceiptKind, moment
from exams.sessions.writer import Writer
from exams.submissions.submission import PROGRAM_MAX_BYTES
from tests.fixtures.candidates import JSON, Sitting, start_exam, turn_back
from tests.fixtures.examroom import NOON
from tests.fixtures.web import Site

KAZAKH = "# Қаланың атын оқып, әріптерін санаңыз\nаты = input()  # 👩‍💻 мысалы: Өскемен\nprint(len(аты))\n"


def problem(answer: httpx2.Response) -> tuple[int, str]:
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    return answer.status_code, answer.json()["code"]


async def test_a_save_is_acknowledged_in_the_chain_and_found_again(site: Site) -> None:
    sitting = await start_exam(site)
    first = await sitting.save(1, "python3", KAZAKH)
    second = await sitting.save(1, "python3", KAZAKH.replace("👩‍💻", "🇰🇿"))
    third = await sitting.save(1, "cpp", "int main() {}\n", {"tree.h": "struct tree;\n"})
    assert (first["revision"], second["revision"], third["revision"]) == (1, 2, 3)
    item = (await sitting.get())["items"][0]
    writer = sitting.writers[1]
    assert (item["revision"], item["head"], item["edits"]) == (3, writer.base.head.hex(), writer.base.count)
    assert [(one["language"], one["source"], one["files"], one["revision"]) for one in item["drafts"]] == [
        ("python3", KAZAKH.replace("👩‍💻", "🇰🇿"), {}, 2),
        ("cpp", "int main() {}\n", {"tree.h": "struct tree;\n"}, 3),
    ]
    rows = await site.database.admin.fetch("SELECT edits, head FROM journal_entry ORDER BY revision")
    state = State(0, first_head(sitting.session_id, 1))  # pyright: ignore[reportArgumentType]  # its text is the same
    for row in rows:
        state = replay(state, row["edits"])
        assert state.head == row["head"]
    assert state.drafts == writer.base.drafts


async def test_a_save_that_works_in_two_languages_keeps_both_drafts(site: Site) -> None:
    sitting = await start_exam(site)
    writer = await sitting.writer(1)
    writer.write("python3", "print(1)")
    writer.write("cpp", "int main() {}")
    await sitting.send(1)
    item = (await sitting.get())["items"][0]
    assert [(one["language"], one["source"]) for one in item["drafts"]] == [("python3", "print(1)"), ("cpp", "int main() {}")]


async def test_turning_to_another_language_keeps_what_stood_there(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "print(1)")
    await sitting.save(1, "cpp", "int main() {}")
    await sitting.save(1, "cpp", "int main() { return 0; }")
    await sitting.save(1, "python3", "print(1)")  # chosen again, as it was
    writer = await sitting.other_tab().writer(1)
    assert writer.now.language == "python3"
    await sitting.save(1, "python3", "print(12)")
    item = (await sitting.get())["items"][0]
    assert [(one["language"], one["source"]) for one in item["drafts"]] == [
        ("cpp", "int main() { return 0; }"),
        ("python3", "print(12)"),
    ]


async def test_the_same_save_sent_twice_is_answered_twice_and_kept_once_even_in_the_same_moment(site: Site) -> None:
    sitting = await start_exam(site)
    writer = await sitting.writer(1)
    await sitting.take_lease()
    writer.write("python3", "print(1)")
    answers = await asyncio.gather(*(sitting.send(1) for _ in range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4
    told = {(answer.json()["revision"], answer.json()["head"], answer.json()["receipt"]) for answer in answers}
    assert len(told) == 1
    assert await site.database.admin.fetchval("SELECT count(*) FROM journal_entry") == 1


async def test_a_receipt_says_what_was_saved_and_is_verified_with_the_published_key(site: Site) -> None:
    sitting = await start_exam(site)
    saved = await sitting.save(2, "python3", KAZAKH)
    handed_in = (await sitting.hand_in(2, "python3", KAZAKH)).json()
    visitor = await site.visitor()
    published = (await visitor.get("/.well-known/receipt-keys.json")).json()
    keys = receipt.keys_in(published)
    said = receipt.verified(saved["receipt"], keys)
    assert (said.kind, said.revision, said.position) == (ReceiptKind.SAVED, 1, 2)
    assert (said.head, said.draft_sha256) == (saved["head"], sitting.writers[2].sha256)
    assert (said.session_id, said.nonce, said.centre) == (sitting.session_id, saved["nonce"], site.settings.public_url)
    assert receipt.verified(handed_in["receipt"], keys).kind is ReceiptKind.HANDED_IN


async def test_the_key_of_receipts_is_made_once_and_readable_by_its_owner_only(site: Site, tmp_path: Path) -> None:
    files = list(site.settings.receipt_keys_dir.glob("*.pem"))
    assert [stat.S_IMODE(path.stat().st_mode) for path in files] == [0o600]
    assert not list(site.settings.keys_dir.glob("receipt-*"))
    assert tmp_path


async def test_nothing_is_saved_without_the_lease_and_another_tab_must_take_it_over(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "mine")
    other = sitting.other_tab()
    call = {"tab": other.tab, "device": "another", "take_over": False}
    path = f"/api/sessions/{sitting.session_id}/lease"
    refused = await sitting.candidate.post(path, json=call, headers=JSON)
    assert problem(refused) == (409, "held-elsewhere")
    assert refused.json()["device"] == "a test"
    assert (await sitting.get())["lease_held_by_tab"] == sitting.tab
    assert await sitting.take_lease() == sitting.lease
    await other.take_lease(take_over=True)
    assert (await sitting.get())["lease_held_by_tab"] == other.tab
    assert (await other.save(1, "python3", "theirs"))["revision"] == 2
    taken_over = await site.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'session:take-over'")
    assert taken_over == 1


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ({"base_head": "00" * 32}, "unknown-base"),
        ({"base_revision": 9}, "unknown-base"),
        ({"head": "00" * 32}, "head"),
        ({"sha256": "00" * 32}, "draft"),
        ({"edits": ["{}"]}, "edit"),
    ],
)
async def test_a_save_that_does_not_fit_is_refused_with_what_is_acknowledged(
    site: Site, fault: dict[str, object], reason: str
) -> None:
    sitting = await start_exam(site)
    saved = await sitting.save(1, "python3", "print(1)")
    writer = sitting.writers[1]
    writer.write("python3", "print(2)")
    refused = await sitting.post("1/journal", **(writer.call(sitting.lease) | fault))
    assert problem(refused) == (409, "broken-chain")
    assert (refused.json()["reason"], refused.json()["revision"], refused.json()["head"]) == (reason, 1, saved["head"])
    assert await site.database.admin.fetchval("SELECT count(*) FROM journal_entry") == 1
    # The page mends it with its whole text on top.
    mended = Writer.at((await sitting.get())["items"][0])
    mended.edit("python3", "", whole="print(2)")
    assert (await sitting.post("1/journal", **mended.call(sitting.lease))).json()["revision"] == 2


async def test_what_cannot_be_taken_is_refused_by_its_field(site: Site) -> None:
    sitting = await start_exam(site)

    async def refused(language: str, source: str, files: dict[str, str] | None = None) -> tuple[int, str]:
        sitting.writers[1] = Writer.at((await sitting.get())["items"][0])
        sitting.writers[1].write(language, source, files)
        return problem(await sitting.send(1))

    assert await refused("python3", "x" * (PROGRAM_MAX_BYTES + 1)) == (413, "too-large")
    assert await refused("python3", "a\0b") == (422, "invalid-input")
    assert await refused("brainfuck", "+") == (422, "invalid-input")
    assert await refused("python3", "x", {f"f{number}.txt": "" for number in range(11)}) == (422, "invalid-input")
    call = sitting.writers[1].call(sitting.lease)
    assert problem(await sitting.post("1/journal", **(call | {"edits": list[str]()}))) == (422, "invalid-input")
    assert problem(await sitting.post("1/journal", **(call | {"edits": ["{}"] * 2001}))) == (422, "invalid-input")
    assert problem(await sitting.post("1/journal", **(call | {"head": "A" * 64}))) == (422, "invalid-input")
    assert problem(await sitting.post("1/journal", **(call | {"base_revision": -1}))) == (422, "invalid-input")
    assert problem(await sitting.post("9/journal", **call)) == (404, "not-found")
    assert problem(await sitting.post("1/journal", **(call | {"more": 1}))) == (422, "invalid-input")
    assert await site.database.admin.fetchval("SELECT count(*) FROM journal_entry") == 0


async def test_a_program_at_the_limit_is_taken_as_one_edit_even_of_quotes(site: Site) -> None:
    sitting = await start_exam(site)
    assert (await sitting.save(1, "python3", '"\n' * (PROGRAM_MAX_BYTES // 2)))["revision"] == 1


async def test_another_candidates_journal_is_not_found(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "mine")
    stranger = Sitting(sitting.room, await site.person(Role.CANDIDATE), sitting.session_id)
    call = sitting.writers[1].call(sitting.lease) | {"edits": ["{}"]}
    assert problem(await stranger.post("1/journal", **call)) == (404, "not-found")
    lease = {"tab": str(uuid4()), "device": "x", "take_over": True}
    answer = await stranger.candidate.post(f"/api/sessions/{sitting.session_id}/lease", json=lease, headers=JSON)
    assert problem(answer) == (404, "not-found")


async def test_a_hand_in_takes_what_the_journal_holds_and_refuses_another_revision_or_text(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "old")
    old = sitting.writers[1].hand_in(sitting.lease)
    await sitting.save(1, "python3", "new")
    assert problem(await sitting.post("1/submissions", **old)) == (409, "stale-revision")
    wrong = sitting.writers[1].hand_in(sitting.lease) | {"sha256": old["sha256"]}
    assert problem(await sitting.post("1/submissions", **wrong)) == (409, "stale-revision")
    assert (await sitting.hand_in(1, "python3", "new")).status_code == 201
    assert await site.database.admin.fetchval("SELECT source FROM submission") == "new"


def test_a_rotated_key_still_verifies_what_it_signed_and_cannot_sign_any_more(tmp_path: Path) -> None:
    old = open_signer(tmp_path, NOON)
    said = Receipt("https://c.example", str(uuid4()), 1, 1, "00" * 32, "00" * 32, moment(NOON), "00" * 16, ReceiptKind.SAVED)
    compact = old.sign(said)
    assert rotate(tmp_path, NOON) == "receipt-2026-2"
    new = open_signer(tmp_path, NOON)
    assert (old.name, new.name) == ("receipt-2026-1", "receipt-2026-2")
    assert receipt.verified(compact, receipt.keys_in(new.published())) == said
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["receipt-2026-1.pub", "receipt-2026-2.pem"]
    assert rotate(tmp_path, NOON.replace(year=2027)) == "receipt-2027-1"


def test_a_key_that_others_may_read_is_not_used(tmp_path: Path) -> None:
    open_signer(tmp_path, NOON)
    (tmp_path / "receipt-2026-1.pem").chmod(0o640)
    with pytest.raises(ReceiptKeyUnusable, match="others may read it"):
        open_signer(tmp_path, NOON)


# --- Beside the chain ---


async def written(sitting: Sitting, source: str, position: int = 1) -> httpx2.Response:
    """Write and send, whatever the answer will be."""
    (await sitting.writer(position)).write("python3", source)
    return await sitting.send(position)


async def test_a_save_that_another_text_overtook_is_kept_aside_with_a_receipt_and_can_be_taken(site: Site) -> None:
    sitting = await start_exam(site)
    old_tab = sitting.other_tab()
    await old_tab.writer(1)
    await sitting.save(1, "python3", "theirs")
    old_tab.lease = sitting.lease
    kept = await written(old_tab, "mine")
    assert kept.status_code == 202
    answer = kept.json()
    assert (answer["kept"]["reason"], answer["revision"], answer["head"]) == ("stale", 1, sitting.writers[1].base.head.hex())
    assert [draft["source"] for draft in answer["drafts"]] == ["theirs"]
    again = (await old_tab.send(1)).json()
    assert (again["kept"], again["receipt"]) == (answer["kept"], answer["receipt"])
    assert [one["source"] for one in (await sitting.get())["items"][0]["drafts"]] == ["theirs"]
    (aside,) = (await sitting.get("/asides"))["asides"]
    assert (aside["source"], aside["reason"], aside["taken_at"], aside["device"]) == ("mine", "stale", None, "a test")
    taken = f"/api/sessions/{sitting.session_id}/asides/{aside['aside_id']}/taken"
    for _ in range(2):
        assert (await sitting.candidate.post(taken, headers=JSON)).status_code == 204
    assert (await sitting.get("/asides"))["asides"][0]["taken_at"] is not None
    stranger = await site.person(Role.CANDIDATE)
    assert problem(await stranger.post(taken, headers=JSON)) == (404, "not-found")


async def test_what_a_tab_still_had_when_another_took_over_is_kept_aside_and_its_rest_follows(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "first")
    other = sitting.other_tab()
    await other.take_lease(take_over=True)
    kept = await written(sitting, "first and more")
    assert (kept.status_code, kept.json()["kept"]["reason"]) == (202, "lease")
    # The rest of the tail: the same revision below, the head of what was kept aside.
    writer = sitting.writers[1]
    writer.base = writer.now
    writer.pending.clear()
    rest = await written(sitting, "first and more and more")
    assert (rest.status_code, rest.json()["kept"]["reason"]) == (202, "lease")
    assert [one["source"] for one in (await sitting.get("/asides"))["asides"]] == ["first and more", "first and more and more"]
    assert (await other.save(1, "python3", "second"))["revision"] == 2


async def test_a_late_tail_goes_to_quarantine_and_counts_for_nothing_by_itself(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "in time")
    await turn_back(site, sitting, timedelta(hours=1, seconds=5))
    await site.database.admin.execute("UPDATE journal_entry SET saved_at = saved_at - interval '1 hour'")
    kept = await written(sitting, "in time, and the tail")
    assert (kept.status_code, kept.json()["kept"]["reason"]) == (202, "late")
    state = await sitting.get()
    assert [one["source"] for one in state["items"][0]["drafts"]] == ["in time"]
    assert [one["decision"] for one in (await sitting.get("/asides"))["asides"]] == [None]


@pytest.mark.parametrize(
    "fault", ["a page that heard after the end", "a nonce that was never given", "too long ago", "no chain"]
)
async def test_what_is_late_without_good_evidence_is_refused(site: Site, fault: str) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "in time")
    back = timedelta(hours=26) if fault == "too long ago" else timedelta(hours=1, seconds=5)
    await turn_back(site, sitting, back)
    writer = sitting.writers[1]
    if fault in {"too long ago", "no chain"}:
        await site.database.admin.execute("UPDATE journal_entry SET saved_at = saved_at - interval '26 hours'")
    if fault == "a nonce that was never given":
        writer.nonce = "00" * 16
    if fault == "no chain":
        writer.base = replace(writer.base, head=bytes(32))
        writer.now = writer.base
    expected = "broken-chain" if fault == "no chain" else "session-closed"
    assert problem(await written(sitting, "and the tail")) == (409, expected)
    assert await site.database.admin.fetchval("SELECT count(*) FROM aside") == 0


async def test_no_clock_of_a_device_keeps_a_late_text_from_being_looked_at(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "in time")
    await turn_back(site, sitting, timedelta(hours=1, seconds=5))
    await site.database.admin.execute("UPDATE journal_entry SET saved_at = saved_at - interval '1 hour'")
    last_second = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)  # has no time in a zone east of Greenwich
    (await sitting.writer(1)).write("python3", "in time, and the tail", wall_ms=last_second.timestamp() * 1000)
    aside_id = (await sitting.send(1)).json()["kept"]["aside_id"]
    page = await (await site.person(Role.REGISTRAR)).get(f"/late/{aside_id}")
    assert page.status_code == 200
    assert "nothing usable" in page.text


@pytest.mark.parametrize("fault", [{"nonce": "\0"}, {"file": "\0"}, {"file": "../x"}, {"language": "\0"}, {"whole": "\0"}])
async def test_no_text_in_an_edit_breaks_more_than_the_save(site: Site, fault: dict[str, str]) -> None:
    sitting = await start_exam(site)
    old = await sitting.other_tab().writer(1)
    await sitting.save(1, "python3", "mine")
    for base in (sitting.writers[1], old):  # onto the chain, and beside it
        said = {"n": base.base.count + 1, "at": 0, "wall": 0, "nonce": "", "language": "python3", "file": "", "whole": "x"}
        call = base.call(sitting.lease) | {"edits": [json.dumps(said | fault)]}
        call["head"] = next_head(base.base.head, json.dumps(said | fault)).hex()
        assert problem(await sitting.post("1/journal", **call)) in {(409, "broken-chain"), (422, "invalid-input")}


async def test_a_loop_of_asides_is_told_to_wait(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "x")
    answer = None
    for number in range(ASIDES_PER_MINUTE + 1):
        sitting.writers[1] = Writer.fresh(SessionId(UUID(sitting.session_id)), 1)
        answer = await written(sitting, f"z{number}")
    assert answer is not None
    assert problem(answer) == (429, "too-often")
    assert await site.database.admin.fetchval("SELECT count(*) FROM aside") == ASIDES_PER_MINUTE


def unasked(*_: object) -> None:
    pytest.fail("the edits were replayed")


async def test_a_save_past_a_limit_is_refused_before_anything_is_made_of_its_edits(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = await start_exam(site)
    old = await sitting.other_tab().writer(1)
    await sitting.save(1, "python3", "x")
    monkeypatch.setattr(journals, "SAVES_PER_MINUTE", 1)
    monkeypatch.setattr(journal_api, "ASIDES_PER_MINUTE", 0)
    monkeypatch.setattr(journal_api, "followed", unasked)
    for writer in (sitting.writers[1], old):  # onto the chain, and beside it
        writer.write("python3", "y")
        assert problem(await sitting.post("1/journal", **writer.call(sitting.lease))) == (429, "too-often")


async def test_a_loop_of_saves_that_come_to_nothing_is_told_to_wait_and_stops_nobody_else(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(futile_saves, "FUTILE_SAVES", RateLimitItemPerMinute(3))
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "x")
    writer = sitting.writers[1]
    writer.write("python3", "y")
    false = writer.call(sitting.lease) | {"sha256": "00" * 32}
    answers = [problem(await sitting.post("1/journal", **false)) for _ in range(4)]
    assert answers == [(409, "broken-chain")] * 3 + [(429, "too-often")]
    assert problem(await sitting.send(1)) == (429, "too-often")
    stranger = Sitting(sitting.room, await site.person(Role.CANDIDATE), sitting.session_id)
    assert problem(await stranger.post("1/journal", **false)) == (404, "not-found")  # it is looked at


async def test_a_loop_of_take_overs_is_told_to_wait_and_the_lease_stays_where_it_is(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.take_lease()
    for _ in range(LEASES_PER_MINUTE - 1):
        sitting = sitting.other_tab()
        await sitting.take_lease(take_over=True)
    other = sitting.other_tab()
    call = {"tab": other.tab, "device": "another", "take_over": True}
    path = f"/api/sessions/{sitting.session_id}/lease"
    assert problem(await other.candidate.post(path, json=call, headers=JSON)) == (429, "too-often")
    assert await sitting.take_lease() == sitting.lease  # who has it is given it again as often as they ask
    assert (await sitting.save(1, "python3", "x"))["revision"] == 1
    await site.database.admin.execute("UPDATE lease SET taken_at = taken_at - interval '1 minute'")
    await other.take_lease(take_over=True)


async def test_who_leaves_one_page_and_takes_over_on_another_is_back(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.take_lease()

    async def seen() -> list[str]:
        rows = await site.database.admin.fetch("SELECT kind FROM observation WHERE kind LIKE 'focus%' ORDER BY observation_id")
        return [row["kind"] for row in rows]

    await sitting.other_tab().take_lease(take_over=True)
    assert await seen() == []  # nobody had left
    left = {"observations": [{"kind": "focus_lost"}]}
    await sitting.candidate.post(f"/api/sessions/{sitting.session_id}/observations", json=left)
    for _ in range(2):
        await sitting.other_tab().take_lease(take_over=True)
    assert await seen() == ["focus_lost", "focus_gained"]


async def test_an_item_with_many_texts_kept_aside_keeps_more_only_slowly(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_api, "ASIDES_FREELY", 3)
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "x")

    async def kept(text: str) -> bool:
        sitting.writers[1] = Writer.fresh(SessionId(UUID(sitting.session_id)), 1)
        answer = await written(sitting, text)
        assert answer.status_code == 202 or problem(answer) == (429, "too-often")
        return answer.status_code == 202

    assert [await kept(text) for text in "abcd"] == [True, True, True, False]
    await site.database.admin.execute("UPDATE aside SET received_at = received_at - interval '1 minute'")
    assert [await kept(text) for text in "de"] == [True, False]


async def test_reviewers_see_how_a_text_came_to_be_and_candidates_do_not(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", KAZAKH)
    await sitting.save(1, "python3", KAZAKH + "# more\n")
    registrar = await site.person(Role.REGISTRAR)
    path = f"/results/{sitting.session_id}/journal"
    page = await registrar.get(f"{path}/1")
    assert page.status_code == 200
    assert "Өскемен" in page.text
    replayed = (await registrar.get(f"{path}/1/edits", headers=JSON)).json()["revisions"]
    assert [one["edits"] for one in replayed] == [
        row["edits"] for row in await site.database.admin.fetch("SELECT edits FROM journal_entry ORDER BY revision")
    ]
    assert "Nothing was saved" in (await registrar.get(f"{path}/2")).text
    assert (await registrar.get(f"{path}/9")).status_code == 404
    assert (await sitting.candidate.get(f"{path}/1")).status_code == 403


async def test_a_long_journal_is_read_in_pages_and_replayed_in_parts(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_replay, "SAVES_ON_PAGE", 2)
    monkeypatch.setattr(journal_replay, "PART_REVISIONS", 2)
    sitting = await start_exam(site)
    for number in range(1, 6):
        await sitting.save(1, "python3", f"print('text {number}')\n" + "#" * number)
    registrar = await site.person(Role.REGISTRAR)
    path = f"/results/{sitting.session_id}/journal/1"
    shown: list[tuple[list[str], list[str], list[str]]] = []
    for after in (0, 2, 4):
        page = html.unescape((await registrar.get(f"{path}?after={after}")).text)
        shown.append(
            (re.findall(r"text \d", page), re.findall(r"after=(\d)#saves", page), re.findall(r'small">([+−±]\d+)<', page))
        )
    assert shown == [
        (["text 1", "text 2"], ["2"], ["+17", "+1"]),
        (["text 3", "text 4"], ["0", "4"], ["+1", "+1"]),
        (["text 5"], ["2"], ["+1"]),
    ]
    parts = [(await registrar.get(f"{path}/edits?after={after}", headers=JSON)).json() for after in (0, 2, 4, 5)]
    assert [[one["revision"] for one in part["revisions"]] for part in parts] == [[1, 2], [3, 4], [5], []]
    assert [part["more"] for part in parts] == [True, True, False, False]
    assert (await registrar.get(f"{path}?after=-1")).status_code == 422
    acts = await site.database.admin.fetch("SELECT action, count(*) FROM audit_event WHERE action LIKE 'journal:%' GROUP BY 1")
    assert {row["action"]: row["count"] for row in acts} == {"journal:view": 3, "journal:replay": len(parts)}


async def test_the_file_of_receipts_of_a_real_session_is_proven(site: Site) -> None:
    sitting = await start_exam(site)
    given = [
        (await sitting.save(1, "python3", KAZAKH))["receipt"],
        (await sitting.hand_in(1, "python3", KAZAKH)).json()["receipt"],
    ]
    old_tab = sitting.other_tab()
    old_tab.lease = sitting.lease
    old_tab.writers[1] = Writer.fresh(SessionId(UUID(sitting.session_id)), 1)
    given.append((await written(old_tab, "from an old tab")).json()["receipt"])
    answer = await sitting.candidate.get(f"/sessions/{sitting.session_id}/receipts.json", headers=JSON)
    published = (await (await site.visitor()).get("/.well-known/receipt-keys.json")).json()
    steps = check(read_proof(answer.content), receipt.keys_in(published), given)
    assert [step.state for step in steps] == [StepState.PROVEN] * 7


async def test_a_file_of_receipts_is_whole_and_no_journal_is_read_as_a_whole_for_it(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receipts, "PART_MAX_BYTES", 1)
    read: list[int] = []
    earlier_part = journals.earlier_part

    async def counted(*arguments: Any) -> tuple[Earlier, ...]:
        read.append(len(part := await earlier_part(*arguments)))
        return part

    monkeypatch.setattr(journals, "earlier_part", counted)
    sitting = await start_exam(site)
    path = f"/sessions/{sitting.session_id}/receipts.json"
    assert read_proof((await sitting.candidate.get(path, headers=JSON)).content).items == []
    given = [
        (await sitting.save(item, "python3", f'"items":[] {text}'))["receipt"] for item in (1, 2) for text in KAZAKH.split()
    ]
    file = read_proof((await sitting.candidate.get(path, headers=JSON)).content)
    saves = len(KAZAKH.split())
    assert [(one.position, len(one.revisions)) for one in file.items] == [(1, saves), (2, saves)]
    published = (await (await site.visitor()).get("/.well-known/receipt-keys.json")).json()
    assert {step.state for step in check(file, receipt.keys_in(published), given)} == {StepState.PROVEN}
    assert max(read) == 1


async def test_a_page_on_another_machine_gets_the_whole_journal_of_its_own_item_in_parts(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    sitting = await start_exam(site)
    for text in ("print(1)", KAZAKH, "print(3)"):
        await sitting.save(1, "python3", text)
    await sitting.save(2, "python3", "another item")
    monkeypatch.setattr(journal_replay, "PART_MAX_BYTES", 10)  # one revision is longer
    revisions: list[dict[str, Any]] = []
    parts = 0
    more = True
    while more:
        after = revisions[-1]["revision"] if revisions else 0
        part = await sitting.get(f"/items/1/journal?after={after}")
        revisions += part["revisions"]
        more, parts = part["more"], parts + 1
    assert (parts, [one["revision"] for one in revisions]) == (3, [1, 2, 3])
    state = State(0, first_head(SessionId(UUID(sitting.session_id)), 1))
    for one in revisions:
        state = replay(state, one["edits"])
    assert state.head == sitting.writers[1].base.head
    assert await sitting.get("/items/1/journal?after=3") == {"revisions": [], "more": False}
    assert await sitting.get("/items/99/journal") == {"revisions": [], "more": False}


@pytest.mark.parametrize("after", ["", "-1", "x", "1.5", "٣", "99999999999"])
async def test_a_place_in_the_journal_that_is_none_is_refused(site: Site, after: str) -> None:
    sitting = await start_exam(site)
    path = f"/api/sessions/{sitting.session_id}/items/1/journal"
    assert problem(await sitting.candidate.get(path, params={"after": after}, headers=JSON)) == (422, "invalid-input")


async def test_nobody_reads_the_journal_of_another_candidate(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "mine")
    stranger = await site.person(Role.CANDIDATE)
    answer = await stranger.get(f"/api/sessions/{sitting.session_id}/items/1/journal", headers=JSON)
    assert problem(answer) == (404, "not-found")
