"""The examiner's pages through HTTP."""

from pathlib import Path
from uuid import UUID, uuid4

import pytest
from httpx2 import Response

from app.auth.account import Role
from app.database import transaction
from exams.authoring.archive import ARCHIVE_MAX_BYTES
from exams.authoring.store import authored_tasks
from exams.ids import TaskId
from tests.app.test_judging_jobs import prove, resources
from tests.fixtures.packages import write_package, zipped
from tests.fixtures.web import Person, Site

JSON = {"accept": "application/json"}


async def send(person: Person, content: bytes, name: str = "sum.zip", path: str = "/tasks") -> Response:
    """Import an archive."""
    return await person.post(path, files={"package": (name, content, "application/zip")})


async def imported(site: Site, person: Person, folder: Path) -> str:
    """The address of a task that was imported a moment ago."""
    answer = await send(person, zipped(write_package(folder)))
    assert answer.status_code == 303
    return answer.headers["location"]


async def proved(site: Site, path: str) -> None:
    """Validate the task, as the judging worker would."""
    await prove(resources(site.database), TaskId(UUID(path.rpartition("/")[2])))


async def test_an_examiner_imports_a_task_and_sees_everything_about_it(site: Site, tmp_path: Path) -> None:
    examiner = await site.person(Role.EXAMINER)
    path = await imported(site, examiner, tmp_path)
    page = (await examiner.get(path)).text
    assert all(
        text in page for text in ("Print the sum.", "Выведите сумму.", "Қосындыны шығарыңыз.", "wrong_answer/difference.py")
    )
    assert 'lang="kk"' in page
    assert "0 of 2 reference solutions judged" in page
    assert "You imported this task: a second examiner publishes it." in page
    bank = (await examiner.get("/tasks")).text
    assert path in bank
    assert "Being validated" in bank


async def test_a_second_examiner_publishes_and_the_page_says_so(site: Site, tmp_path: Path) -> None:
    first, second = await site.person(Role.EXAMINER), await site.person(Role.EXAMINER, display_name="Second Examiner")
    path = await imported(site, first, tmp_path)
    assert (await second.post(f"{path}/publish")).status_code == 409
    await proved(site, path)
    assert "disabled" not in (await second.get(f"{path}/progress")).text
    assert "disabled" in (await first.get(f"{path}/progress")).text
    assert (await first.post(f"{path}/publish")).status_code == 409
    answer = await second.post(f"{path}/publish")
    assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "Second Examiner" in (await first.get(path)).text
    assert (await second.post(f"{path}/publish", headers=JSON)).json()["reasons"] == ["published"]


async def test_programs_get_the_same_in_json(site: Site, tmp_path: Path) -> None:
    examiner, second = await site.person(Role.EXAMINER), await site.person(Role.EXAMINER)
    answer = await send(examiner, zipped(write_package(tmp_path)), path="/api/tasks")
    assert answer.status_code == 201
    address = f"/api/tasks/{answer.json()['task_id']}"
    assert (await examiner.get(address)).json()["state"] == "validating"
    await proved(site, address)
    task = (await examiner.get(address)).json()
    assert (task["state"], task["solutions_judged"], task["solutions_total"]) == ("ready", 2, 2)
    assert [(one["path"], one["verdict"], one["expected"]) for one in task["solutions"]] == [
        ("accepted/sum.py", "AC", ["AC"]),
        ("wrong_answer/difference.py", "WA", ["WA"]),
    ]
    assert (await second.post(f"{address}/publish")).json()["published"] is True
    assert [one["state"] for one in (await examiner.get("/api/tasks")).json()["tasks"]] == ["published"]


async def test_a_broken_package_is_refused_with_every_finding_and_nothing_is_saved(site: Site, tmp_path: Path) -> None:
    examiner = await site.person(Role.EXAMINER)
    changes = {"data/secret/1.ans": None, "problem.yaml": "problem_format_version: 2025-09\ncolour: <b>red</b>\n"}
    content = zipped(write_package(tmp_path, changes))
    answer = await send(examiner, content)
    assert answer.status_code == 422
    assert all(code in answer.text for code in ("answer-missing", "unknown-key", "key-missing"))
    problem = (await send(examiner, content, path="/api/tasks")).json()
    assert problem["code"] == "package-refused"
    assert any("answer-missing" in line for line in problem["findings"])
    async with transaction(site.database.admin) as db:
        assert await authored_tasks(db) == []


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04 half a zip"])
async def test_what_is_no_zip_is_refused(site: Site, content: bytes) -> None:
    examiner = await site.person(Role.EXAMINER)
    answer = await send(examiner, content)
    assert answer.status_code == 422
    assert "not-a-zip" in answer.text


async def test_a_form_without_a_file_is_refused(site: Site) -> None:
    examiner = await site.person(Role.EXAMINER)
    answer = await examiner.post("/tasks", files={"other": ("x.zip", b"x")}, headers=JSON)
    assert (answer.status_code, answer.json()["field"], answer.json()["reason"]) == (422, "package", "missing")


async def test_an_upload_over_the_limit_is_refused(site: Site) -> None:
    examiner = await site.person(Role.EXAMINER)
    answer = await examiner.post("/tasks", files={"package": ("x.zip", b"0" * (ARCHIVE_MAX_BYTES + 100_000))}, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


@pytest.mark.parametrize("role", [Role.CANDIDATE, Role.PROCTOR, Role.REGISTRAR])
async def test_only_examiners_see_the_task_bank(site: Site, tmp_path: Path, role: Role) -> None:
    path = await imported(site, await site.person(Role.EXAMINER), tmp_path)
    somebody = await site.person(role)
    for address in ("/tasks", path, f"/api{path}", f"{path}/progress", f"{path}/events"):
        assert (await somebody.get(address)).status_code == 403
    assert (await somebody.post(f"{path}/publish")).status_code == 403


async def test_a_task_that_is_not_there_is_not_found(site: Site) -> None:
    examiner = await site.person(Role.EXAMINER)
    for path in (f"/tasks/{uuid4()}", f"/tasks/{uuid4()}/progress", f"/api/tasks/{uuid4()}"):
        assert (await examiner.get(path)).status_code == 404
    assert (await examiner.post(f"/tasks/{uuid4()}/publish")).status_code == 404


async def test_a_statement_cannot_bring_a_script(site: Site, tmp_path: Path) -> None:
    examiner = await site.person(Role.EXAMINER)
    evil = "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n[go](javascript:alert(1))\n\n![x](http://elsewhere/x.png)\n"
    answer = await send(examiner, zipped(write_package(tmp_path, {"statement/problem.en.md": evil})))
    page = (await examiner.get(answer.headers["location"])).text
    main = page[page.index("<main") : page.index("</main>")]
    assert "<script" not in main
    assert "<img" not in main
    assert 'href="javascript' not in main


async def test_the_import_is_written_down(site: Site, tmp_path: Path) -> None:
    examiner = await site.person(Role.EXAMINER)
    path = await imported(site, examiner, tmp_path)
    row = await site.database.admin.fetchrow("SELECT account_id, subject FROM audit_event WHERE action = 'task:import'")
    assert row is not None
    assert (row["account_id"], row["subject"]) == (examiner.account_id, f"task:{path.rpartition('/')[2]}")
