"""Records leave the database in one file, which is checked and replayed without it, in real Docker."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
from typer.testing import CliRunner

from app.__main__ import sarap
from app.database import transaction
from app.jobs import judge_submission
from app.record_export import export
from app.record_replay import replay_file
from exams.errors import NotFound
from exams.ids import SubmissionId
from exams.judging.canonical import canonical, read_canonical, sha256
from exams.judging.record import facts_of
from exams.judging.record_file import RecordFile, faults_of_file, read_record_file, write_record_file
from exams.sessions import store as sessions
from exams.submissions import store as submissions
from exams.submissions.submission import Answer, Origin
from sandbox.docker_runner import DockerRunner
from tests.fixtures.judging import NOON, Sitting, resources

SUM = "a, b = map(int, input().split())\nprint(a + b)\n"
WRONG = "a, b = map(int, input().split())\nprint(max(a, b))\n"


async def exported(sitting: Sitting, folder: Path, subject: object = None) -> Path:
    """The file of the session, or of one submission, as `sarap record export` writes it."""
    async with transaction(sitting.database.judging) as db:
        return await export(db, subject or sitting.session_id, folder)  # pyright: ignore[reportArgumentType]  # an id


async def command(*words: str) -> tuple[int, str]:
    """`sarap record …` in a thread, because it makes an event loop of its own."""
    answer = await asyncio.to_thread(CliRunner().invoke, sarap, ["record", *words])
    return answer.exit_code, answer.output


async def test_a_sessions_file_holds_its_records_programs_and_cases_and_no_name(sitting: Sitting, tmp_path: Path) -> None:
    for source in ("print(sum(...))", "print(min(...))"):
        await judge_submission.run(resources(sitting.database), await sitting.submit(source))
    file = read_record_file(await exported(sitting, tmp_path))
    assert file.session_id == sitting.session_id
    assert [facts_of(one)["verdict"] for one in file.documents] == ["AC", "WA"]
    assert {b"print(sum(...))", b"print(min(...))", b"4 5\n", b"9\n"} <= set(file.contents.values())
    assert faults_of_file(file) == []
    assert await sitting.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'record:export'") == 1
    for person in await sitting.database.admin.fetch("SELECT login, display_name FROM account"):
        assert not any(str(name).encode() in one for name in person for one in file.documents)


async def test_a_submissions_file_holds_the_whole_chain_and_one_program(sitting: Sitting, tmp_path: Path) -> None:
    first, second = await sitting.submit("print(sum(...))"), await sitting.submit("print(min(...))")
    for one in (first, second):
        await judge_submission.run(resources(sitting.database), one)
    file = read_record_file(await exported(sitting, tmp_path, second))
    assert len(file.documents) == 2
    assert faults_of_file(file) == []
    assert b"print(min(...))" in file.contents.values()
    assert b"print(sum(...))" not in file.contents.values()


async def test_what_is_not_there_or_not_judged_has_no_file(sitting: Sitting, tmp_path: Path) -> None:
    waiting = await sitting.submit("print(sum(...))")
    for subject in (uuid4(), waiting, sitting.session_id):
        with pytest.raises(NotFound):
            await exported(sitting, tmp_path, subject)


async def test_the_command_line_exports_and_verifies(sitting: Sitting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    await judge_submission.run(resources(sitting.database), await sitting.submit("print(sum(...))"))
    monkeypatch.setenv("DATABASE_URL", sitting.database.url)
    status, path = await command("export", str(sitting.session_id), str(tmp_path / "appeal"))
    assert status == 0
    status, said = await command("verify", path.strip(), "--json")
    facts = json.loads(said)
    assert (status, facts["records"], facts["faults"]) == (0, 1, [])
    status, said = await command("export", str(uuid4()), str(tmp_path))
    assert status == 1
    assert "no session or submission" in said


async def test_the_command_line_names_what_is_broken_and_replays_nothing_of_it(sitting: Sitting, tmp_path: Path) -> None:
    for number in range(2):
        await judge_submission.run(resources(sitting.database), await sitting.submit(f"print(sum({number}))"))
    file = read_record_file(await exported(sitting, tmp_path))
    broken = tmp_path / "broken.zip"
    write_record_file(replace(file, documents=file.documents[1:]), broken)
    for words in (("verify", str(broken)), ("replay", str(broken))):
        status, said = await command(*words)
        assert status == 1
        assert "record 1: says that it is number 2" in said
    status, said = await command("verify", str(Path(__file__)))
    assert status == 1
    assert "not a record file" in said


@pytest.fixture
async def judged(sitting: Sitting, docker_runner: DockerRunner, tmp_path: Path) -> RecordFile:
    """A right and a wrong program, judged in the real sandbox."""
    for source in (SUM, WRONG):
        await judge_submission.run(resources(sitting.database, docker_runner), await sitting.submit(source))
    return read_record_file(await exported(sitting, tmp_path))


def forged(file: RecordFile, old: bytes, new: bytes) -> RecordFile:
    """The file with something else in its last record, which has none after it to show the change."""
    assert old in file.documents[-1]
    document = canonical(read_canonical(file.documents[-1].replace(old, new)))
    return replace(file, documents=(*file.documents[:-1], document))


@pytest.mark.docker
async def test_an_honest_record_replays_the_same(judged: RecordFile, tmp_path: Path) -> None:
    path = tmp_path / "records.zip"
    write_record_file(judged, path)
    status, said = await command("replay", str(path))
    assert status == 0, said
    assert said.splitlines() == [
        "record 1: the same: AC, 1 of 1",
        "  sample/1  output yes  verdict yes  time yes",
        "  secret/1  output yes  verdict yes  time yes",
        "  secret/2  output yes  verdict yes  time yes",
        "record 2: the same: WA, 0 of 1",
        "  sample/1  output yes  verdict yes  time yes",
    ]


@pytest.mark.docker
async def test_a_forged_output_is_named(judged: RecordFile, tmp_path: Path) -> None:
    path = tmp_path / "forged.zip"
    write_record_file(forged(judged, sha256(b"2\n").encode(), sha256(b"3\n").encode()), path)
    status, said = await command("replay", str(path), "--json")
    assert status == 1
    first, second = [json.loads(line) for line in said.splitlines()]
    assert first["same"] is True
    assert second["same"] is False
    assert [case["name"] for case in second["replayed"]["cases"] if case["outputs_equal"] is False] == ["sample/1"]


@pytest.mark.docker
async def test_a_record_of_another_image_is_refused_unless_asked_for_and_then_called_weaker(judged: RecordFile) -> None:
    present = facts_of(judged.documents[-1])["environment"]["image"]
    elsewhere = "sha256:" + "0" * 64
    file = forged(judged, present.encode(), elsewhere.encode())
    (refused,) = [one async for one in replay_file(file, {2}, present_image=False)]
    assert not refused.same
    assert refused.replayed is None
    assert f"the image {elsewhere} is not on this machine; `sarap images` builds sarap/python3:" in refused.why
    assert f"which is {present} here" in refused.why
    (weaker,) = [one async for one in replay_file(file, {2}, present_image=True)]
    assert weaker.same
    assert elsewhere in weaker.weaker
    assert weaker.replayed is not None
    assert weaker.replayed.differences == (f"image: {elsewhere} then, {present} now",)


TWO_FILES = "from adder import add\na, b = map(int, input().split())\nprint(add(a, b))\n"
ADDER = "def add(a, b):\n    return a + b\n"


async def submit_two_files(sitting: Sitting) -> SubmissionId:
    """A program in two files, handed in as the web does it."""
    async with transaction(sitting.database.web) as db:
        session = await sessions.session_to_seal(db, sitting.session_id)
        assert session is not None
        answer = Answer(1, "python3", TWO_FILES, {"adder.py": ADDER})
        made = await submissions.insert_submission(db, session, answer, Origin.HANDED_IN, NOON)
        assert made is not None
        assert made.answer == answer
    return made.submission_id


@pytest.mark.docker
async def test_a_program_of_two_files_is_judged_committed_to_exported_and_replayed(
    sitting: Sitting, tmp_path: Path, docker_runner: DockerRunner
) -> None:
    one = await submit_two_files(sitting)
    await judge_submission.run(resources(sitting.database, docker_runner), one)
    judgement = await sitting.judgement(one)
    assert judgement is not None
    assert judgement.verdict == "AC", judgement.compile_log
    path = await exported(sitting, tmp_path)
    file = read_record_file(path)
    assert faults_of_file(file) == []
    assert [part["name"] for part in facts_of(file.documents[0])["source"]["files"]] == ["main.py", "adder.py"]
    assert [part["sha256"] for part in facts_of(file.documents[0])["source"]["files"]] == [
        sha256(TWO_FILES.encode()),
        sha256(ADDER.encode()),
    ]
    assert {TWO_FILES.encode(), ADDER.encode()} <= set(file.contents.values())
    (replayed,) = [answer async for answer in replay_file(file, set(), present_image=False)]
    assert replayed.replayed is not None, replayed.why
    assert replayed.replayed.verdict_equal
    changed = replace(file, contents={**file.contents, sha256(ADDER.encode()): b"def add(a, b):\n    return 9\n"})
    assert faults_of_file(changed) != []
