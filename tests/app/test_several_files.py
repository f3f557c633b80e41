"""Several files and one's own input through HTTP and through the jobs, hostile names among them."""

from datetime import UTC, datetime, timedelta

from app.database import transaction
from app.jobs import run_samples
from app.workers.store import toolchains
from exams.ids import SampleRunId
from exams.judging.further_files import FILE_NAME, FURTHER_FILES_MAX
from exams.sessions import store as sessions
from exams.sessions.journal import Draft
from exams.submissions import store as submissions
from exams.submissions.samplerun import OWN_INPUT_MAX_BYTES
from exams.submissions.sealing import answers_to_seal
from exams.submissions.submission import PROGRAM_MAX_BYTES, Answer
from sandbox.limits import Limits
from sandbox.runner import Outcome, Program
from sandbox.scripted_runner import ScriptedRunner, exited
from tests.fixtures.candidates import Sitting, start_exam
from tests.fixtures.judging import NOON, resources
from tests.fixtures.judging import Sitting as Judged
from tests.fixtures.web import Site

FILES = {"helper.py": "x = 'қ'\n", "a.py": ""}

HOSTILE = {
    "way up": "../main.py",
    "absolute": "/box/main.py",
    "folder": "a/b.py",
    "hidden": ".a.py",
    "main file": "main.py",
    "main file in other letters": "MAIN.py",
    "what a compilation writes": "program",
    "another ending": "a.sh",
    "none": "",
    "option": "-x.py",
}


async def run(sitting: Sitting, files: object) -> tuple[int, str]:
    """Ask for a run of the samples; what was refused, if it was."""
    answer = await sitting.post("1/sample-runs", language="python3", source="import helper", files=files)
    return answer.status_code, str(answer.json().get("code", ""))


async def test_a_hand_in_keeps_all_its_files(site: Site) -> None:
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "import helper", FILES)
    (draft,) = (await sitting.get())["items"][0]["drafts"]
    assert draft["files"] == FILES
    call = (await sitting.writer(1)).hand_in(sitting.lease)
    assert (await sitting.post("1/submissions", **call)).status_code == 201
    row = await site.database.admin.fetchrow("SELECT files, source_sha256 FROM submission")
    assert row is not None
    assert row["files"] == FILES
    assert row["source_sha256"] == Answer(1, "python3", "import helper", FILES).sha256
    assert (await sitting.post("1/submissions", **call)).status_code == 200


async def test_a_hostile_name_is_refused_and_nothing_is_kept(site: Site) -> None:
    sitting = await start_exam(site)
    for fault, name in HOSTILE.items():
        assert await run(sitting, {name: "x"}) == (422, "invalid-input"), fault
        if FILE_NAME.fullmatch(name):  # the test's own writer refuses the others, as the chain's rules do
            other = sitting.other_tab()
            other.lease = await other.take_lease(take_over=True)
            (await other.writer(1)).write("python3", "x", {name: "x"})
            assert (await other.send(1)).status_code in {409, 422}, fault
    assert (await sitting.get())["items"][0]["drafts"] == []
    assert await site.database.admin.fetchval("SELECT count(*) FROM sample_run") == 0


async def test_too_many_too_large_and_odd_files_are_refused(site: Site) -> None:
    sitting = await start_exam(site)
    assert (await run(sitting, {f"f{n}.py": "" for n in range(FURTHER_FILES_MAX + 1)}))[0] == 422
    assert (await run(sitting, {"a.py": "x" * PROGRAM_MAX_BYTES}))[0] in {413, 422}
    for odd in ({"a.py": "\0"}, {"a.py": "", "A.py": ""}, {"a.py": 1}, ["a.py"], {"a.cpp": ""}):
        assert (await run(sitting, odd))[0] == 422


async def test_what_a_session_leaves_is_sealed_with_all_its_files() -> None:
    drafts = [Draft(1, 1, "python3", "import a", NOON, {"a.py": "x"})]
    assert answers_to_seal(drafts, []) == (Answer(1, "python3", "import a", {"a.py": "x"}),)


async def test_ones_own_input_is_asked_for_within_its_limit(site: Site) -> None:
    sitting = await start_exam(site)
    asked = await sitting.post("1/sample-runs", language="python3", source="x", input="1 2\n")
    assert (asked.status_code, asked.json()["own_input"]) == (201, "1 2\n")
    too_large = await sitting.post("1/sample-runs", language="python3", source="x", input="x" * (OWN_INPUT_MAX_BYTES + 1))
    assert (too_large.status_code, too_large.json()["code"]) == (413, "too-large")
    run = await sitting.get(f"/items/1/sample-runs/{asked.json()['sample_run_id']}")
    assert (run["report"], run["faults"]) == (None, [])


async def asked_for(sitting: Judged, answer: Answer, own_input: str | None) -> SampleRunId:
    async with transaction(sitting.database.web) as db:
        session = await sessions.session_to_seal(db, sitting.session_id)
        assert session is not None
        return await submissions.insert_sample_run(db, session, answer, NOON, own_input)


def echo(program: Program, stdin: bytes, _limits: Limits) -> Outcome:
    """What was read, and the names of the program's files."""
    return exited(stdin + " ".join(file.name for file in program.files).encode())


async def test_a_run_on_ones_own_input_has_an_output_and_no_verdict(sitting: Judged) -> None:
    answer = Answer(1, "python3", "x", {"z.py": "", "a.py": ""})
    run_id = await asked_for(sitting, answer, "қала\n")
    await run_samples.run(resources(sitting.database, ScriptedRunner(echo)), run_id)
    async with transaction(sitting.database.web) as db:
        session = await sessions.session_to_seal(db, sitting.session_id)
        assert session is not None
        run = await submissions.sample_run_of(db, session, run_id)
    assert run is not None
    assert (run.answer, run.own_input) == (answer, "қала\n")
    assert run.report is not None
    assert (run.report["verdict"], run.report["undetermined"], run.report["samples"]) == (None, None, [])
    assert run.report["own"]["output"] == "қала\nmain.py a.py z.py"
    assert run.report["own"]["ending"] == "exited 0"


async def test_toolchains_are_told_by_workers_that_work(site: Site) -> None:
    insert = """INSERT INTO judging_worker
        (worker_id, host, slots, runner, started_at, last_heard_at, state, reason, languages, engine)
        VALUES (gen_random_uuid(), $1, 1, 'docker', now(), now() - $2::interval, $3, '', '{}', $4)"""
    for host, ago, state, facts in (
        ("old", timedelta(hours=1), "working", {"toolchains": {"go": "go 1"}}),
        ("out", timedelta(0), "out", {"toolchains": {"go": "go 2"}}),
        ("judge0", timedelta(0), "working", {"name": "judge0"}),
        ("good", timedelta(0), "working", {"toolchains": {"python3": "Python 3.13.5"}}),
    ):
        await site.database.judging.execute(insert, host, ago, state, facts)
    async with transaction(site.database.web) as db:
        assert await toolchains(db, datetime.now(UTC) - timedelta(minutes=1)) == {"python3": "Python 3.13.5"}
