"""What a replay calls the same, and what it does not."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from exams.ids import DatasetId, SessionId, SubmissionId
from exams.judging import replay as replaying
from exams.judging.canonical import canonical, read_canonical, sha256
from exams.judging.commitment import commit
from exams.judging.judge import judge, limits_of
from exams.judging.judgement import CaseResult, Judged, RunFacts
from exams.judging.record import Subject, facts_of, first_link, next_link, write_record
from exams.judging.record_file import RecordFile, faults_of_file, gather, read_record_file, write_record_file
from exams.judging.replay import TIME_BAND_MIN_US, NotReplayable, Replayed, compare, is_in_band, replay
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, CheckerOptions, Dataset, JudgingKind, TestCase, TestGroup
from sandbox import languages
from sandbox.limits import Limits
from sandbox.runner import Outcome, Program, SourceFile
from sandbox.scripted_runner import ScriptedRunner, exited

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
PYTHON = languages.catalogue()["python3"]
SOURCE = b"print(sum(map(int, input().split())))\n"
CASES = (TestCase("secret/1", b"2 3\n", b"5\n"), TestCase("secret/2", b"4 4\n", b"8\n"))
DATASET = Dataset(
    JudgingKind.DEFAULT,
    CheckerOptions(),
    1000,
    256,
    1024,
    (TestCase("sample/1", b"1 2\n", b"3\n"),),
    TestGroup("secret", Aggregation.SUM, Decimal(100), Decimal(50), False, CASES, ()),
)
DATASET_ID = DatasetId(uuid4())


def adds(_program: Program, stdin: bytes, _limits: Limits) -> Outcome:
    """What the program does."""
    return exited(b"%d\n" % sum(map(int, stdin.split())))


def adds_wrongly(_program: Program, stdin: bytes, limits: Limits) -> Outcome:
    """What it would have to do to be told from it in one case."""
    return exited(b"7\n") if stdin == b"4 4\n" else adds(_program, stdin, limits)


async def a_file(records: int = 1) -> RecordFile:
    """A session in which the program was judged."""
    session_id = SessionId(uuid4())
    program = Program(PYTHON, (SourceFile("main.py", SOURCE),))
    link = first_link(session_id)
    documents: list[bytes] = []
    for _ in range(records):
        judged = await judge(ScriptedRunner(adds), DATASET, program)
        assert isinstance(judged, Judged)
        subject = Subject(session_id, SubmissionId(uuid4()), DATASET_ID, program, commit(DATASET), limits_of(DATASET))
        record = write_record(subject, judged, link, AT)
        documents.append(record.document)
        link = next_link(record)
    return gather(session_id, tuple(documents), {DATASET_ID: DATASET}, [SOURCE])


async def replayed(file: RecordFile, runner: ScriptedRunner) -> Replayed:
    """The first record, judged once more."""
    outcome = await replay(runner, facts_of(file.documents[0]), file)
    assert isinstance(outcome, Replayed)
    return outcome


def forged(file: RecordFile, old: bytes, new: bytes) -> RecordFile:
    """The file with a word of its first record replaced, in a chain of one that is whole again."""
    assert old in file.documents[0]
    document = canonical(read_canonical(file.documents[0].replace(old, new)))
    return replace(file, documents=(document, *file.documents[1:]))


async def test_an_honest_record_is_the_same_in_every_respect() -> None:
    outcome = await replayed(await a_file(), ScriptedRunner(adds))
    assert outcome.same
    assert [(case.name, case.outputs_equal, case.verdict_equal, case.time_in_band) for case in outcome.cases] == [
        ("sample/1", True, True, True),
        ("secret/1", True, True, True),
        ("secret/2", True, True, True),
    ]
    assert outcome.now == "AC, 100 of 100"


async def test_a_forged_output_is_found_and_its_case_named() -> None:
    file = forged(await a_file(), sha256(b"8\n").encode(), sha256(b"9\n").encode())
    outcome = await replayed(file, ScriptedRunner(adds))
    assert not outcome.same
    assert [case.name for case in outcome.cases if not case.same] == ["secret/2"]
    assert outcome.cases[2].outputs_equal is False
    assert outcome.verdict_equal


async def test_another_verdict_and_score_are_found() -> None:
    outcome = await replayed(await a_file(), ScriptedRunner(adds_wrongly))
    assert not outcome.verdict_equal
    assert (outcome.was, outcome.now) == ("AC, 100 of 100", "WA, 50 of 100")
    assert [case.name for case in outcome.cases if not case.verdict_equal] == ["secret/2"]


async def test_a_time_outside_of_the_band_is_found() -> None:
    def adds_slowly(program: Program, stdin: bytes, limits: Limits) -> Outcome:
        return exited(adds(program, stdin, limits).stdout, cpu_ms=10 + TIME_BAND_MIN_US // 1000 + 1)

    outcome = await replayed(await a_file(), ScriptedRunner(adds_slowly))
    assert not outcome.same
    assert {case.time_in_band for case in outcome.cases} == {False}
    assert outcome.verdict_equal


def test_a_case_that_was_ended_from_outside_has_no_output_to_compare() -> None:
    run = RunFacts("cpu-time", 2_000_000, 2_000_000, 9000, sha256(b"half"), 4)
    case = CaseResult("secret/1", Verdict.TLE, 2_000_000, 2_000_000, 9000, runs=(run,))
    then: dict[str, Any] = {
        "verdict": "TLE",
        "score": "0",
        "max_score": "1",
        "environment": {},
        "cases": [read_canonical(canonical(replace(case, runs=(replace(run, output_sha256=sha256(b"other")),))))],
    }
    outcome = compare(then, Judged(Verdict.TLE, Decimal(0), Decimal(1), (case,), (), "", {}))
    assert outcome.cases[0].outputs_equal is None
    assert outcome.same


def test_a_case_that_only_one_of_the_two_ran_is_a_difference() -> None:
    case = CaseResult("secret/1", Verdict.AC, 1000, 1000, 9000)
    then: dict[str, Any] = {"verdict": "AC", "score": "1", "max_score": "1", "environment": {}, "cases": []}
    outcome = compare(then, Judged(Verdict.AC, Decimal(1), Decimal(1), (case,), (), "", {}))
    assert [(one.name, one.was, one.now, one.same) for one in outcome.cases] == [("secret/1", "not run", "AC", False)]


def test_what_else_is_not_as_recorded_is_told() -> None:
    then: dict[str, Any] = {
        "verdict": "AC",
        "score": "1",
        "max_score": "1",
        "cases": [],
        "environment": {"image": "a", "host": {"cores": "2"}},
    }
    judged = Judged(Verdict.AC, Decimal(1), Decimal(1), (), (), "", {"image": "b", "host": {"cores": "8"}})
    assert compare(then, judged).differences == ("image: a then, b now",)


@pytest.mark.parametrize(
    ("then_us", "now_us", "expected"),
    [(10_000, 60_000, True), (10_000, 60_001, False), (1_000_000, 1_500_000, True), (1_000_000, 499_999, False)],
)
def test_the_band_of_times_has_a_floor_and_a_share(then_us: int, now_us: int, *, expected: bool) -> None:
    assert is_in_band(then_us, now_us) is expected


async def test_what_is_missing_is_said(tmp_path: Path) -> None:
    file = await a_file()
    facts = facts_of(file.documents[0])
    without_program = replace(file, contents={digest: part for digest, part in file.contents.items() if part != SOURCE})
    with pytest.raises(NotReplayable, match="program"):
        await replay(ScriptedRunner(adds), facts, without_program)
    with pytest.raises(NotReplayable, match="dataset"):
        await replay(ScriptedRunner(adds), facts, replace(file, datasets={}))
    unknown: dict[str, Any] = facts | {"source": {"language": "pascal", "files": []}}
    with pytest.raises(NotReplayable, match="pascal"):
        replaying.program_of(unknown, file)


async def test_another_dataset_is_not_taken_for_the_one_that_judged() -> None:
    file = await a_file()
    other = replace(DATASET, cpu_time_ms=5000)
    wrong = gather(file.session_id, file.documents, {DATASET_ID: other}, [SOURCE])
    with pytest.raises(NotReplayable, match="not the one that judged"):
        await replay(ScriptedRunner(adds), facts_of(file.documents[0]), wrong)
    assert faults_of_file(wrong) == ["record 1: was judged with other settings than the dataset in this file has"]


async def test_a_file_is_read_as_it_was_written_and_the_same_records_make_the_same_file(tmp_path: Path) -> None:
    file = await a_file(3)
    write_record_file(file, tmp_path / "one.zip")
    write_record_file(file, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    read = read_record_file(tmp_path / "one.zip")
    assert (read.session_id, read.documents, read.contents) == (file.session_id, file.documents, file.contents)
    assert faults_of_file(read) == []
    assert (await replayed(read, ScriptedRunner(adds))).same


async def test_whatever_is_changed_in_a_file_is_named() -> None:
    file = await a_file(2)
    changed = forged(file, b'"verdict":"AC","wall', b'"verdict":"WA","wall')
    assert faults_of_file(changed) == ["record 2: does not follow record 1, which was changed, removed or moved"]
    answer = sha256(b"8\n")
    assert faults_of_file(replace(file, contents={**file.contents, answer: b"9\n"})) == [
        f"contents/{answer}: is something else"
    ]
    outline = file.datasets[DATASET_ID]
    fewer = {DATASET_ID: outline | {"cases": outline["cases"][:-1]}}
    assert faults_of_file(replace(file, datasets=fewer)) == [
        f"record {place}: was judged by other test cases than the dataset in this file has" for place in (1, 2)
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"not a zip", b"PK\x05\x06" + b"\0" * 18])
def test_what_is_no_record_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file.zip").write_bytes(content)
    with pytest.raises(ValueError, match="not a record file"):
        read_record_file(tmp_path / "file.zip")
