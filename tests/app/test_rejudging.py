"""Judging again through HTTP: made by one, applied by another, and nothing but what was decided changes."""

from html import unescape
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from pgqueuer import RetryRequested

from app.database import transaction
from app.jobs import apply_rejudging, judge_submission, rejudge_submission
from app.workers.registry import sweep
from exams.judging.record import facts_of, faults_of
from exams.judging.store import records_of
from sandbox.errors import SandboxDisturbed, SandboxUnavailable
from sandbox.limits import Limits
from sandbox.runner import Outcome, Program
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.fixtures.judging import NOON, Sitting
from tests.fixtures.packages import write_package, zipped
from tests.fixtures.rejudging import NEWER, ODD, RIGHT, WRONG, Room, interpret

APPLY = {"reason": "I worked test 2 out by hand."}


async def test_a_corrected_test_is_switched_by_two_people_and_the_results_follow(room: Room, tmp_path: Path) -> None:
    session_id, _ = await room.sits(ODD, WRONG)
    assert await room.points(session_id) == (0, False)
    dataset_id = await room.newer_dataset(tmp_path)
    page = unescape((await room.examiner.get(f"/tasks/{room.task_id}")).text)
    assert "A newer dataset (2) waits" in page
    assert "version 1 · dataset 2" in unescape(
        (await room.examiner.get("/rejudging")).text
    )  # of which task, and by which tests
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id))

    assert "version 1, dataset 2" in unescape((await room.registrar.get(address)).text)
    assert "0 of 2 programs judged again" in (await room.registrar.get(address)).text
    assert await room.work() == ["rejudge_submission"] * 2
    preview = unescape((await room.registrar.get(address)).text)
    for expected in ("Waits for a second person", "0 / 100", "100 / 100", "Would be switched", "Candidate "):
        assert expected in preview
    assert await room.points(session_id) == (0, False)  # a preview changes nothing

    assert (await room.registrar.post(f"{address}/apply", data=APPLY)).status_code == 303
    assert await room.work() == ["apply_rejudging"]
    assert await room.points(session_id) == (100, True)
    followed = unescape((await room.registrar.get(address)).text)
    assert "Switched" in followed
    assert "I worked test 2 out by hand." in followed
    active = await room.site.database.admin.fetchval("SELECT activated_at IS NOT NULL FROM dataset WHERE version = 2")
    assert active  # new papers use it


async def test_what_stood_before_is_kept_and_the_chain_of_records_goes_on(room: Room, tmp_path: Path) -> None:
    session_id, (submission_id, _) = await room.sits(ODD, WRONG)
    dataset_id = await room.newer_dataset(tmp_path)
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id))
    await room.work()
    await room.registrar.post(f"{address}/apply", data=APPLY)
    await room.work()
    admin = room.site.database.admin
    assert await admin.fetchval("SELECT verdict FROM judgement WHERE submission_id = $1", submission_id) == "WA"
    assert await admin.fetchval("SELECT score FROM result WHERE session_id = $1", session_id) == 0
    assert await admin.fetchval("SELECT revision FROM counting_result($1)", session_id) == 2
    async with transaction(room.site.database.web) as db:
        documents = [one.document for one in await records_of(db, session_id)]
    assert faults_of(session_id, documents) == []
    facts = [facts_of(one) for one in documents]
    before, after = facts[:2], facts[2:]
    assert [(one["verdict"], one["rejudge_set_id"]) for one in before] == [("WA", None)] * 2
    assert {one["verdict"] for one in after if one["submission_id"] == str(submission_id)} == {"AC"}
    assert {one["rejudge_set_id"] for one in after} == {address.rsplit("/", 1)[1]}
    assert {one["dataset"]["dataset_id"] for one in after} == {str(dataset_id)}
    assert before[0]["dataset"]["cases_root"] != after[0]["dataset"]["cases_root"]


async def test_nobody_applies_alone_and_examiners_do_not_apply(room: Room) -> None:
    await room.sits(ODD)
    address = await room.makes(room.registrar, kind="anew", language="python3")
    await room.work()
    assert "A second person applies it" in (await room.registrar.get(address)).text
    for person, status in ((room.registrar, 403), (room.examiner, 403)):
        assert (await person.post(f"{address}/apply", data=APPLY)).status_code == status
    with pytest.raises(asyncpg.CheckViolationError):
        await room.site.database.web.execute(
            """INSERT INTO rejudge_ending (rejudge_set_id, outcome, decided_by, reason, decided_at)
            SELECT rejudge_set_id, 'apply', made_by, '-', made_at FROM rejudge_set"""
        )
    assert (await room.second.post(f"{address}/apply", data=APPLY)).status_code == 303


async def test_cancelling_leaves_everything_as_it_was_and_stops_what_waits(room: Room, tmp_path: Path) -> None:
    session_id, _ = await room.sits(ODD)
    dataset_id = await room.newer_dataset(tmp_path)
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id))
    assert (await room.examiner.post(f"{address}/cancel", data={"reason": "Test 2 was right."})).status_code == 303
    runner = ScriptedRunner(interpret)
    await room.work(runner)
    assert runner.runs == []
    assert await room.points(session_id) == (0, False)
    assert "Cancelled" in (await room.examiner.get(address)).text
    assert (await room.registrar.post(f"{address}/apply", data=APPLY)).status_code == 409
    admin = room.site.database.admin
    assert await admin.fetchval("SELECT count(*) FROM judgement_switch") == 0
    assert await admin.fetchval("SELECT activated_at FROM dataset WHERE version = 2") is None


async def test_whoever_would_fall_keeps_their_points_unless_somebody_writes_why(room: Room, tmp_path: Path) -> None:
    kept, _ = await room.sits(RIGHT)
    fallen, _ = await room.sits(RIGHT)
    dataset_id = await room.newer_dataset(tmp_path)
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id))
    await room.work()
    assert unescape((await room.registrar.get(address)).text).count("its points would fall") == 2
    form: dict[str, str | list[str]] = APPLY | {
        "falling": [str(kept), str(fallen)],
        "lowered_reason": ["", "Took the answer from the printed tests, as reviewed in the incident."],
    }
    assert (await room.registrar.post(f"{address}/apply", data=form)).status_code == 303
    await room.work()
    assert await room.points(kept) == (100, True)
    assert await room.points(fallen) == (0, False)
    page = unescape((await room.registrar.get(address)).text)
    assert "Stayed as it was" in page
    assert "Took the answer from the printed tests" in page


async def test_a_decided_case_is_untouched_and_put_before_a_registrar(room: Room, tmp_path: Path) -> None:
    risen, _ = await room.sits(ODD)
    fallen, _ = await room.sits(RIGHT)
    assert await room.decide(risen, "decline") == 303
    assert await room.decide(fallen, "certify") == 303
    dataset_id = await room.newer_dataset(tmp_path)
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id))
    await room.work()
    assert unescape((await room.registrar.get(address)).text).count("Decided: needs a registrar") == 2
    refused = APPLY | {"falling": [str(fallen)], "lowered_reason": ["Because."]}
    assert (await room.registrar.post(f"{address}/apply", data=refused)).status_code == 422
    assert (await room.registrar.post(f"{address}/apply", data=APPLY)).status_code == 303
    await room.work()
    assert await room.points(risen) == (0, False)
    assert await room.points(fallen) == (100, True)
    assert await room.site.database.admin.fetchval("SELECT count(*) FROM judgement_switch") == 0

    for where in ("/results", "/rejudging"):
        assert "Decided results that need a registrar" in (await room.second.get(where)).text
    answer = f"{address}/sessions/{risen}/answer"
    words = {"words": "The candidate was told and sits again at no cost."}
    assert (await room.examiner.post(answer, data=words)).status_code == 403
    assert (await room.second.post(answer, data=words)).status_code == 303
    assert (await room.second.post(answer, data=words)).status_code == 409
    assert "sits again at no cost" in (await room.second.get(f"/results/{risen}")).text
    await room.second.post(f"{address}/sessions/{fallen}/answer", data=words)
    assert "Decided results that need a registrar" not in (await room.second.get("/results")).text


async def test_a_result_waits_with_its_decision_while_it_is_being_judged_again(room: Room) -> None:
    session_id, _ = await room.sits(RIGHT)
    address = await room.makes(room.registrar, kind="anew", session_id=str(session_id))
    assert "A program is being judged again" in (await room.second.get(f"/results/{session_id}")).text
    assert await room.decide(session_id, "certify") == 409
    await room.second.post(f"{address}/cancel", data={"reason": "The machine was well."})
    assert await room.decide(session_id, "certify") == 303


async def test_judging_anew_by_the_same_dataset_repairs_what_our_fault_took(room: Room) -> None:
    def disturbed(program: Program, stdin: bytes, limits: Limits) -> Outcome:
        return exited(b"", code=1) if stdin == b"4 5\n" else interpret(program, stdin, limits)

    session_id, _ = await room.sits(RIGHT, seal=False)
    late = await Sitting(session_id, room.sitting.dataset_id, room.site.database).submit("print(sum(2))")
    await judge_submission.run(room.judging(ScriptedRunner(disturbed), at=30), late)
    await room.site.database.admin.execute(
        "UPDATE session SET sealed_at = now(), seal_reason = 'finished' WHERE session_id = $1", session_id
    )
    # Only what was judged in the bad half hour: the centre's clock is five hours ahead of UTC.
    address = await room.makes(
        room.registrar, kind="anew", judged_from="2026-03-02T17:15", judged_before="2026-03-02T18:00", reason="A bad disk."
    )
    assert await room.site.database.admin.fetchval("SELECT count(*) FROM rejudge_member") == 1
    await room.work()
    await room.second.post(f"{address}/apply", data=APPLY)
    await room.work()
    verdict = await room.site.database.admin.fetchval(
        "SELECT verdict FROM counting_judgement($1, $2)", late, room.sitting.dataset_id
    )
    assert verdict == "AC"


async def test_a_choice_by_image_or_machine_finds_what_was_judged_there(room: Room) -> None:
    await room.sits(RIGHT)
    for form in ({"image": "none"}, {"task_id": str(room.task_id)}, {"language": "python3", "image": "none"}):
        await room.makes(room.registrar, kind="anew", **form)
    nothing = {"kind": "anew", "reason": "A fault."}
    for form in ({"image": "sha256:other"}, {"host": "judge-7"}, {"language": "cpp"}, {}):
        assert (await room.registrar.post("/rejudging", data=nothing | form)).status_code == 422
    for form in ({"session_id": "x"}, {"judged_from": "yesterday"}, {"kind": "other"}):
        assert (await room.registrar.post("/rejudging", data=nothing | form)).status_code == 422


async def test_what_cannot_be_judged_again_keeps_what_it_has(room: Room) -> None:
    def broken(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        raise SandboxUnavailable("no slot")

    session_id, _ = await room.sits(RIGHT)
    address = await room.makes(room.registrar, kind="anew", language="python3")
    member_id = await room.site.database.admin.fetchval("SELECT rejudge_member_id FROM rejudge_member")
    for _ in range(4):
        with pytest.raises(Exception, match="sandbox-unavailable"):
            await rejudge_submission.run(room.judging(ScriptedRunner(broken)), member_id)
    await rejudge_submission.run(room.judging(ScriptedRunner(broken)), member_id)
    page = (await room.second.get(address)).text
    assert "1 program could not be judged again, by our fault" in page
    await room.second.post(f"{address}/apply", data=APPLY)
    await room.site.database.admin.execute("DELETE FROM pgqueuer WHERE entrypoint = 'rejudge_submission'")
    await room.work()
    assert await room.points(session_id) == (100, True)


async def test_sessions_that_still_run_are_left_alone(room: Room) -> None:
    await room.sits(RIGHT, seal=False)
    answer = await room.registrar.post("/rejudging", data={"kind": "anew", "language": "python3", "reason": "A fault."})
    assert answer.status_code == 422


async def test_a_dataset_that_its_solutions_do_not_prove_is_not_taken(room: Room, tmp_path: Path) -> None:
    await room.sits(RIGHT)
    unproved = NEWER | {"submissions/accepted/sum.py": "print(sum(map(int, input().split())))\n"}
    files = {"package": ("sum.zip", zipped(write_package(tmp_path / "unproved", unproved)), "application/zip")}
    await room.examiner.post("/tasks", data={}, files=files)
    await room.work()
    dataset_id = await room.site.database.admin.fetchval("SELECT dataset_id FROM dataset WHERE version = 2")
    form = {"kind": "dataset", "dataset_id": str(dataset_id), "reason": "Test 2."}
    assert (await room.registrar.post("/rejudging", data=form)).status_code == 422
    first = await room.site.database.admin.fetchval("SELECT dataset_id FROM dataset WHERE version = 1")
    assert (await room.registrar.post("/rejudging", data=form | {"dataset_id": str(first)})).status_code == 422


async def test_a_package_in_which_candidates_would_see_something_else_is_a_new_version(room: Room, tmp_path: Path) -> None:
    changed = NEWER | {"statement/problem.en.md": "Print the odd sum.\n"}
    files = {"package": ("sum.zip", zipped(write_package(tmp_path / "changed", changed)), "application/zip")}
    answer = await room.examiner.post("/tasks", data={}, files=files)
    assert answer.headers["location"] != f"/tasks/{room.task_id}"
    assert await room.site.database.admin.fetchval("SELECT max(version) FROM task") == 2
    assert await room.site.database.admin.fetchval("SELECT max(version) FROM dataset") == 1


async def test_the_same_corrected_package_twice_is_one_newer_dataset(room: Room, tmp_path: Path) -> None:
    await room.newer_dataset(tmp_path)
    await room.newer_dataset(tmp_path)
    assert await room.site.database.admin.fetchval("SELECT max(version) FROM dataset") == 2


async def test_examiners_see_no_names(room: Room) -> None:
    def nought(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        return exited(b"0\n")

    session_id, _ = await room.sits(RIGHT)
    address = await room.makes(room.registrar, kind="anew", session_id=str(session_id))
    await room.work(ScriptedRunner(nought))
    page = (await room.examiner.get(address)).text
    assert str(session_id) in page
    assert "Candidate " not in page
    assert "Candidate " in (await room.second.get(address)).text


async def test_a_crash_while_applying_leaves_nothing_half_done(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions = [(await room.sits(ODD))[0] for _ in range(2)]
    dataset_id = await room.newer_dataset(tmp_path)
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id))
    await room.work()
    await room.registrar.post(f"{address}/apply", data=APPLY)
    set_id = UUID(address.rsplit("/", 1)[1])
    calls: list[object] = []
    applied = apply_rejudging.apply_to

    async def dies_at_the_second(*given: object) -> object:
        calls.append(given)
        if len(calls) == 2:
            raise MemoryError
        return await applied(*given)  # pyright: ignore[reportArgumentType]  # passed on as they came

    monkeypatch.setattr(apply_rejudging, "apply_to", dies_at_the_second)
    with pytest.raises(MemoryError):
        await apply_rejudging.run(room.registry(), set_id)
    assert [await room.points(one) for one in sessions] == [(0, False)] * 2
    await apply_rejudging.run(room.registry(), set_id)
    await apply_rejudging.run(room.registry(), set_id)  # once more changes nothing
    assert [await room.points(one) for one in sessions] == [(100, True)] * 2
    assert await room.site.database.admin.fetchval("SELECT max(generation) FROM judgement_switch") == 1


async def test_what_kills_the_workers_or_disturbs_the_machine_is_no_verdict(room: Room) -> None:
    def disturbed(_program: Program, _stdin: bytes, _limits: Limits) -> Outcome:
        raise SandboxDisturbed("others are busy")

    await room.sits(RIGHT)
    address = await room.makes(room.registrar, kind="anew", language="python3")
    admin = room.site.database.admin
    member_id = await admin.fetchval("SELECT rejudge_member_id FROM rejudge_member")
    with pytest.raises(RetryRequested):
        await rejudge_submission.run(room.judging(ScriptedRunner(disturbed)), member_id)
    assert await admin.fetchval("SELECT count(*) FROM rejudging_failure") == 0
    await rejudge_submission.hold(room.judging(), member_id)
    assert await admin.fetchval("SELECT code FROM rejudging_failure WHERE final") == "workers-died"
    assert "Waits for a second person" in (await room.second.get(address)).text


async def test_a_lost_job_is_put_back_by_the_sweep(room: Room) -> None:
    await room.sits(RIGHT)
    address = await room.makes(room.registrar, kind="anew", language="python3")
    admin = room.site.database.admin
    await admin.execute("DELETE FROM pgqueuer")
    await admin.execute("UPDATE rejudge_set SET made_at = $1", NOON)
    await sweep(room.registry())
    assert await room.work() == ["rejudge_submission"]
    await room.second.post(f"{address}/apply", data=APPLY)
    await admin.execute("DELETE FROM pgqueuer")
    await admin.execute("UPDATE rejudge_ending SET decided_at = $1", NOON)
    await sweep(room.registry())
    assert await room.work() == ["apply_rejudging"]
    await sweep(room.registry())
    assert await room.work() == []
