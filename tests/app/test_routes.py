"""Every address demands what the page of routes says: nobody and the wrong people are refused before anything is loaded."""

from uuid import uuid4

import pytest

from app.application import create_app
from app.auth.account import Role
from app.auth.permissions import ROLES, Permission
from app.routes import PAGES, Page
from tests.fixtures.web import Person, Site

GUARDED = [page for page in PAGES if page.permission in ROLES]
UNSAFE = [page for page in PAGES if page.method != "GET"]


def _name(page: Page) -> str:
    return f"{page.method} {page.path}"


def _address(page: Page) -> str:
    """Fill the parameters with something that does not exist."""
    parts: list[str] = []
    for part in page.path.split("/"):
        name, _, kind = part.strip("{}").partition(":")
        if not part.startswith("{"):
            parts.append(part)
        else:
            parts.append(
                str(uuid4())
                if kind.startswith("uuid")
                else "1"
                if kind.startswith(("position", "place"))
                else f"no-{name.split('}')[0]}"
            )
            if "}." in part:
                parts[-1] = f"{uuid4() if ':uuid' in part else 'none'}.{part.rsplit('.', 1)[1]}"
    return "/".join(parts)


async def _ask(person: Person, page: Page, **headers: str) -> tuple[int, str]:
    answer = await person.request(page.method, _address(page), headers=headers)
    return answer.status_code, answer.headers.get("location", "")


def test_each_address_is_named_once() -> None:
    names = [_name(page) for page in PAGES]
    assert len(names) == len(set(names))


async def test_nothing_is_served_but_these_pages_and_static_files(module_site: Site) -> None:
    served = {getattr(route, "path", "") for route in create_app(module_site.settings).routes}
    assert served == {page.path for page in PAGES} | {"/static"}


def test_only_machines_and_programs_use_other_methods_than_get_and_post() -> None:
    assert {page.method for page in PAGES} == {"GET", "POST"}


@pytest.mark.parametrize("page", GUARDED, ids=_name)
async def test_nobody_is_sent_to_the_sign_in_page(module_site: Site, page: Page) -> None:
    visitor = await module_site.visitor()
    if page.path.startswith("/api/"):
        assert (await _ask(visitor, page))[0] == 401
        return
    status, location = await _ask(visitor, page)
    assert status == 303
    assert location.startswith("/sign-in")
    assert (await _ask(visitor, page, accept="application/json"))[0] == 401


@pytest.mark.parametrize("page", GUARDED, ids=_name)
async def test_the_wrong_role_is_refused(module_site: Site, page: Page) -> None:
    wrong = [role for role in Role if role not in ROLES[page.permission]]
    stranger = await module_site.person(*wrong) if wrong else await module_site.person()
    assert (await _ask(stranger, page))[0] == 403


@pytest.mark.parametrize("page", UNSAFE, ids=_name)
async def test_another_sites_page_cannot_act_in_a_visitors_name(module_site: Site, page: Page) -> None:
    person = await module_site.person(*Role)
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}):
        answer = await person.request(page.method, _address(page), headers={**headers, "accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (403, "cross-site")


async def test_monitoring_is_for_this_machine_or_the_token(module_site: Site) -> None:
    visitor = await module_site.visitor()
    assert (await visitor.get("/metrics")).status_code == 200
    assert (await visitor.get("/metrics", headers={"x-forwarded-for": "203.0.113.9"})).status_code == 403
    assert (
        await visitor.get("/metrics", headers={"x-forwarded-for": "203.0.113.9", "authorization": "Bearer no"})
    ).status_code == 403


def test_every_permission_but_the_open_and_the_operators_one_has_roles() -> None:
    assert set(Permission) - set(ROLES) == {Permission.PUBLIC, Permission.OPERATE}
