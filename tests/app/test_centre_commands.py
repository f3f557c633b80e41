"""`sarap account` and `sarap scheme`: how the people and the exams of a centre come to be."""

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.__main__ import sarap
from app.auth.account import Role
from exams.errors import InvalidInput
from exams.papers.founding import read_scheme
from exams.papers.rules import Identity
from exams.papers.store import schemes
from tests.fixtures.web import Person, Site

DOCUMENTED = re.search(r"```yaml\n(.*?)```", (Path(__file__).parents[2] / "docs/centre.md").read_text("utf-8"), re.DOTALL)
assert DOCUMENTED is not None
SCHEME = re.sub(r"^   ", "", DOCUMENTED[1], flags=re.MULTILINE)


@pytest.fixture(autouse=True)
def owner(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", site.database.url)


async def run(*arguments: str) -> Result:
    return await asyncio.to_thread(CliRunner().invoke, sarap, arguments)


async def signed_in(site: Site, login: str, password: str) -> Person | None:
    person = await site.visitor()
    answer = await person.post("/sign-in", data={"login": login, "password": password})
    return person if answer.status_code == 303 else None


async def made(*roles: str, login: str = "aigerim") -> str:
    named = [word for role in roles for word in ("--role", role)]
    done = await run("account", "new", login, "--name", " Aigerim Sadykova ", *named)
    assert done.exit_code == 0, done.output
    return done.stdout.strip()


async def test_a_new_account_signs_in_with_the_password_that_is_printed_once(site: Site) -> None:
    password = await made("proctor", "registrar")
    person = await signed_in(site, "aigerim", password)
    assert person is not None
    assert (await person.get("/board")).status_code == (await person.get("/results")).status_code == 200
    assert (await person.get("/exams")).status_code == 403
    admin = site.database.admin
    account = await admin.fetchrow("SELECT display_name, locale, password_hash FROM account WHERE login = 'aigerim'")
    assert account is not None
    assert (account["display_name"], account["locale"]) == ("Aigerim Sadykova", "kk")
    event = await admin.fetchrow("SELECT * FROM audit_event WHERE action = 'account:new'")
    assert event is not None
    assert event["detail"] == {"roles": ["proctor", "registrar"]}
    assert password not in str(dict(event)) + account["password_hash"]


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["new", "AIGERIM", "--name", "Another", "--role", "candidate"], 1, "an account aigerim already"),
        (["new", "dana", "--name", " ", "--role", "candidate"], 2, "name: missing"),
        (["new", "dana", "--name", "Dana", "--role", "administrator"], 2, "administrator"),
        (["new", "dana", "--name", "Dana", "--role", "candidate", "--language", "de"], 2, "kk, ru or en"),
        (["new", "d a", "--name", "Dana", "--role", "candidate"], 2, "3 to 100"),
        (["roles", "nobody", "--role", "candidate"], 1, "no account nobody"),
        (["password", "nobody"], 1, "no account nobody"),
    ],
    ids=str,
)
async def test_what_cannot_be_done_is_explained_and_changes_nothing(
    site: Site, arguments: list[str], status: int, said: str
) -> None:
    await made("candidate")
    done = await run("account", *arguments)
    assert (done.exit_code, said in done.output) == (status, True), done.output
    assert await site.database.admin.fetchval("SELECT count(*) FROM account") == 1
    assert await site.database.admin.fetchval("SELECT count(*) FROM audit_event") == 1


async def test_roles_are_exactly_those_that_are_given_from_the_next_request_on(site: Site) -> None:
    person = await signed_in(site, "aigerim", await made("candidate"))
    assert person is not None
    assert (await run("account", "roles", "aigerim", "--role", "examiner")).exit_code == 0
    assert ((await person.get("/tasks")).status_code, (await person.get("/exams")).status_code) == (200, 403)
    assert (await run("account", "roles", "aigerim")).exit_code == 0
    assert (await person.get("/tasks")).status_code == 403


async def test_another_password_ends_the_old_one_and_every_websession(site: Site) -> None:
    old = await made("candidate")
    person = await signed_in(site, "aigerim", old)
    assert person is not None
    other = await site.person(Role.CANDIDATE)
    done = await run("account", "password", "aigerim")
    assert done.exit_code == 0
    assert (await person.get("/exams")).status_code == 303
    assert (await other.get("/exams")).status_code == 200
    assert await signed_in(site, "aigerim", old) is None
    assert await signed_in(site, "aigerim", done.stdout.strip()) is not None


async def test_no_process_may_do_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    url = site.database.url
    monkeypatch.setenv("DATABASE_URL", f"{url}{'&' if '?' in url else '?'}role=sarap_web")
    done = await run("account", "new", "dana", "--name", "Dana", "--role", "registrar")
    assert (done.exit_code, "permission denied" in done.output) == (1, True), done.output


async def test_the_scheme_of_the_documents_is_founded_once_and_offered(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "junior.yaml"
    file.write_text(SCHEME, "utf-8")
    done = await run("scheme", "found", str(file))
    assert done.exit_code == 0, done.output
    async with site.database.web.acquire() as db:
        (scheme,) = await schemes(db)
    assert (scheme.code, scheme.duration_minutes, scheme.languages) == (
        "junior-software-developer",
        90,
        ("python3", "java", "cpp"),
    )
    assert [(row.position, row.content_area, row.points) for row in scheme.blueprint] == [
        (1, "data-processing", 40),
        (2, "algorithms", 60),
    ]
    assert (scheme.rules.booking_required, scheme.rules.retake_wait_days, scheme.rules.identity) == (
        True,
        14,
        Identity.DOCUMENT,
    )
    assert "Junior software developer" in (await (await site.person(Role.CANDIDATE)).get("/exams")).text
    again = await run("scheme", "found", str(file))
    assert (again.exit_code, "already" in again.output) == (1, True)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("duration_minutes: 90", "duration_minutes: 0", "duration_minutes"),
        ("duration_minutes: 90", "duration: 90", "duration"),
        ("points: 40", "points: forty", r"blueprint\[0\]\.points"),
        ("retake_wait_days: 14", "retake_wait: 14", "no rule retake_wait"),
        ("retake_wait_days: 14", "retake_wait_days: two weeks", "retake_wait_days"),
        ("identity: document", "identity: passport", "passport"),
        ("code: junior", "code: ../junior", "code"),
        ("languages: [python3, java, cpp]", "languages: []", "languages"),
        ("blueprint:", "blueprint: [", "blueprint|expected"),
    ],
)
def test_a_file_that_says_something_else_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    assert old in SCHEME
    with pytest.raises(InvalidInput, match=said):
        read_scheme(SCHEME.replace(old, new).encode())


async def test_a_scheme_with_a_language_that_we_do_not_know_is_not_founded(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "junior.yaml"
    file.write_text(SCHEME.replace("cpp", "pascal"), "utf-8")
    done = await run("scheme", "found", str(file))
    assert (done.exit_code, "languages: unknown-language" in done.output) == (2, True), done.output
    assert await site.database.admin.fetchval("SELECT count(*) FROM scheme") == 0
