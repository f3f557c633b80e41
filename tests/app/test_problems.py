"""Errors as answers: for people in their language, for programs as RFC 9457, and never with what is nobody's business."""

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from app import problems, routes
from app.auth import errors as auth
from app.auth.permissions import Permission
from app.problem_texts import PROBLEMS, REASONS, UNKNOWN
from app.problems import code_of
from app.routes import Page
from exams import errors as exams
from sandbox import errors as sandbox
from tests.fixtures.web import Site


def _tree(base: type[Exception]) -> list[type[Exception]]:
    return [base, *(found for kind in base.__subclasses__() for found in _tree(kind))]


@pytest.mark.parametrize("kind", _tree(exams.ExamError) + _tree(auth.AuthError), ids=lambda kind: kind.__name__)
def test_every_refusal_has_its_own_words(kind: type[Exception]) -> None:
    if kind is auth.AuthError:
        return
    code = getattr(kind, "code", "")
    assert code in PROBLEMS, f"{kind.__name__}: write an entry for {code} in app/problem_texts.py"


@pytest.mark.parametrize("kind", _tree(sandbox.SandboxError), ids=lambda kind: kind.__name__)
def test_a_failing_sandbox_is_our_fault_and_costs_nothing(kind: type[Exception]) -> None:
    assert code_of(kind()) == "sandbox-error"
    assert "costs you nothing" in PROBLEMS["sandbox-error"].meaning


async def test_a_program_gets_problem_details(module_site: Site) -> None:
    visitor = await module_site.visitor()
    answer = await visitor.get("/no/such/page", headers={"accept": "application/json"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["request_id"] == answer.headers["x-request-id"]
    assert {key: body[key] for key in ("type", "title", "status", "code")} == {
        "type": "/problems/not-found",
        "title": "There is no such page",
        "status": 404,
        "code": "not-found",
    }
    assert (await visitor.get(body["type"])).status_code == 200


async def test_a_person_gets_a_page_in_their_language_and_stays_signed_in(module_site: Site) -> None:
    person = await module_site.person(locale="kk")
    answer = await person.get("/no/such/page")
    assert answer.status_code == 404
    assert '<html lang="kk"' in answer.text
    assert "Aigerim Test" in answer.text


async def test_a_wrong_method_names_the_right_ones(module_site: Site) -> None:
    visitor = await module_site.visitor()
    answer = await visitor.post("/healthz", headers={"accept": "application/json"})
    assert answer.status_code == 405
    assert answer.json()["code"] == "method-not-allowed"
    assert "GET" in answer.headers["allow"]


async def test_a_sign_in_page_is_offered_with_the_way_back(module_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = await module_site.visitor()
    guarded = next(page for page in routes.PAGES if page.permission is Permission.SIT_EXAM and page.method == "GET")
    assert guarded.path == "/exams"
    answer = await visitor.get("/exams?a=1&b=2")
    assert answer.headers["location"] == "/sign-in?next=/exams%3Fa%3D1%26b%3D2"
    assert 'value="/exams?a=1&amp;b=2"' in (await visitor.get(answer.headers["location"])).text


async def _ask(module_site: Site, error: Exception, accept: str = "application/json") -> Response:
    """Answer `error` as a view would have raised it."""

    async def view(_request: Request) -> Response:
        raise error

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/something",
        "query_string": b"",
        "headers": [(b"accept", accept.encode()), (b"host", b"x")],
        "state": {"request_id": "abc", "settings": module_site.settings, "pool": module_site.database.web},
    }
    door = routes._door(Page("POST", "/api/something", view, Permission.PUBLIC))  # pyright: ignore[reportPrivateUsage]
    return await door(Request(scope))


@pytest.mark.parametrize(
    ("error", "status", "members"),
    [
        (exams.InvalidInput("source", "too-large", 262144), 413, {"field": "source", "limit": 262144, "reason": "too-large"}),
        (exams.InvalidInput("source", "nul-byte"), 422, {"field": "source", "reason": "nul-byte"}),
        (exams.InvalidInput("strange", "odd"), 422, {"field": "strange", "reason": "odd"}),
        (exams.StaleRevision(7), 409, {"current": 7}),
        (exams.BrokenChain("file-name", 3, "ab"), 409, {"reason": "file-name", "revision": 3, "head": "ab"}),
        (exams.NotDecidable("incident-open"), 409, {"reasons": ["incident-open"]}),
        (exams.TooOften(12), 429, {"retry_after": 12}),
        (auth.TooManyAttempts(61), 429, {"minutes": 2}),
        (HTTPException(400, "secret detail"), 400, {}),
        (ConnectionRefusedError("10.0.0.7:5432"), 503, {"code": "database-unavailable"}),
        (FileNotFoundError(2, "x", "/etc/secret"), 500, {"code": "internal"}),
        (RuntimeError("password=hunter2"), 500, {"code": "internal"}),
    ],
    ids=repr,
)
async def test_an_error_tells_its_facts_and_nothing_else(
    module_site: Site, error: Exception, status: int, members: dict[str, object]
) -> None:
    answer = await _ask(module_site, error)
    assert answer.status_code == status
    body = bytes(answer.body).decode()
    for secret in ("hunter2", "/etc/secret", "10.0.0.7", "secret detail", "Traceback"):
        assert secret not in body
    import msgspec

    told = msgspec.json.decode(body)
    assert members.items() <= told.items()
    assert "%(" not in body
    if "retry_after" in told:
        assert answer.headers["retry-after"] == str(told["retry_after"])


def test_what_is_wrong_with_a_field_has_one_word() -> None:
    said_before = {text: word for word, text in reversed(REASONS.items())}
    assert {word: said_before[text] for word, text in REASONS.items() if said_before[text] != word} == {}


async def test_our_own_fault_is_logged_and_not_shown(module_site: Site) -> None:
    answer = await _ask(module_site, RuntimeError("password=hunter2"))
    assert bytes(answer.body).decode().count(UNKNOWN.title) == 1


async def test_a_limit_is_told_in_words_and_with_its_unit(module_site: Site) -> None:
    answer = await _ask(module_site, exams.InvalidInput("source", "too-large", 262144))
    assert "Your program is larger than the limit of 262,144 bytes. Nothing of it was saved." in bytes(answer.body).decode()


def test_texts_fill_in_only_facts_that_exist() -> None:
    facts = {"minutes": 1, "seconds": 1, "languages": "cobol", "when": "soon", "days": 14, "limit": 2}
    for problem in PROBLEMS.values():
        assert problem.next_step % facts
        assert problem.meaning % facts
    for text in REASONS.values():
        assert text % {"field": "f", "limit": 1}


def test_a_database_that_is_away_says_that_nothing_is_lost() -> None:
    assert problems.code_of(ConnectionResetError()) == "database-unavailable"
    assert "Nothing that you saved is lost" in PROBLEMS["database-unavailable"].meaning
