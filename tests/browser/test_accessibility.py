"""WCAG 2.2 AA on every page of `app/routes.py`, in three languages, light and dark, at 400 % zoom.

A window of 1280 x 1024 at 400 % is one of 320 x 256 CSS pixels: that is the narrowest width of WCAG 1.4.10 and very little
height besides. No page may scroll sideways there, no rule of axe-core's WCAG sets may be broken, and whatever has the focus
must be in sight (2.4.11). The pages are found from the routes: a new page is looked at without being listed here, and a page
for which nothing here gives an example fails the test.
"""

import re
from collections.abc import AsyncGenerator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final
from uuid import uuid4

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from app.auth.account import Role
from app.auth.permissions import ROLES, Permission
from app.database import transaction
from app.jobs import issue_certificate, print_certificate
from app.routes import PAGES
from app.routes import Page as Address
from app.settings import Settings
from app.workers.registry import RegistryResources
from tests.fixtures.booking import BookingOffice, in_hours, open_office
from tests.fixtures.browser import AXE, tab
from tests.fixtures.candidates import Sitting as Exam
from tests.fixtures.candidates import turn_back
from tests.fixtures.sittings import (
    Clients,
    Sitting,
    insert_result,
    insert_sitting,
    insert_submission,
    seal,
    sign_in_people,
)
from tests.fixtures.web import Person, Site

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

WIDTH, HEIGHT = 320, 256
"""Of 1280 x 1024 at 400 %."""

LOCALES: Final = ("en", "ru", "kk")

STANDARD: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
"""The sets of axe-core: every rule of WCAG 2.2 AA, whatever axe thinks of its impact."""

OF_COLOURS: Final = ["color-contrast", "link-in-text-block"]
"""The rules whose answer depends on the theme; the others are asked once."""

NO_PAGES: Final = ("/events", "/edits", ".json", ".jpg", ".seb", ".ics", ".csv", ".pdf")
"""Endings of addresses that answer with a stream or a file."""

FILES_OF: Final = frozenset({"place", "snapshot_id", "sample_run_id", "purpose", "path", "nonce"})
"""Parameters that only addresses of files and of programs have, or that open a page once."""

LOOKS_OF_A_ROUTE_MAX: Final = 8
"""Different pages at one address, by their headings: a session has many faces."""

FIND_HIDDEN_FOCUS: Final = """() => {
  const found = [];
  const able = 'a[href], button:not([disabled]), input:not([disabled]):not([type=hidden]), select, textarea, summary, '
    + '[tabindex="0"]';
  for (const one of document.querySelectorAll(able)) {
    if (!one.checkVisibility({ visibilityProperty: true })) continue;
    one.focus();
    if (document.activeElement !== one) continue;
    const box = one.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) continue;
    const left = Math.max(box.left, 0), right = Math.min(box.right, innerWidth);
    const top = Math.max(box.top, 0), bottom = Math.min(box.bottom, innerHeight);
    let seen = false;
    for (let i = 1; i < 8 && !seen; i++) for (let j = 1; j < 8 && !seen; j++) {
      const hit = document.elementFromPoint(left + ((right - left) * i) / 8, top + ((bottom - top) * j) / 8);
      seen = hit !== null && (one.contains(hit) || hit.contains(one) || one.labels?.[0]?.contains(hit) === true);
    }
    if (!seen) found.push(one.outerHTML.slice(0, 120));
  }
  return found;
}"""
"""What can have the focus and is then wholly out of sight or under something else."""


@dataclass
class Life:
    """Somebody of each kind, and an example for each parameter of an address."""

    site: Site
    people: dict[Permission, list[Person]]
    known: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


@dataclass(frozen=True, slots=True)
class Place:
    """A page, and a person who may see it; None is nobody."""

    path: str
    person: Person | None
    status: int = 200


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def life(module_site: Site, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Life]:
    """A centre at which everything has happened once."""
    clients = await sign_in_people(module_site)
    office = await open_office(module_site)
    running = await start_in(module_site, office)
    late = [await write_too_late(module_site, await start_in(module_site, office)) for _ in range(2)]
    examiner = await module_site.person(Role.EXAMINER)
    made = Life(
        module_site,
        {
            Permission.SIT_EXAM: [clients.candidate, running.candidate, late[0].candidate],
            Permission.AUTHOR_TASKS: [examiner],
            Permission.WATCH_SESSIONS: [clients.proctor],
            Permission.DECIDE_RESULTS: [clients.registrar2, clients.registrar],
            Permission.REVIEW_INCIDENTS: [clients.registrar2],
            Permission.REJUDGE: [clients.registrar2],
        },
    )
    for permission in ROLES.keys() - made.people.keys():  # e.g. the administrator's
        made.people[permission] = [await module_site.person(*ROLES[permission])]
    sessions = [running.session_id, late[0].session_id, *await sessions_of(module_site, clients)]
    admin = module_site.database.admin
    for program in ("print(1)", "print(2)"):
        await running.hand_in(1, "python3", program)
    report = {"category": "environment", "description": "A second person came into the room and spoke to the candidate."}
    await clients.proctor.post(f"/board/sessions/{running.session_id}/incidents", data=report)
    aside_ids = [str(row[0]) for row in await admin.fetch("SELECT aside_id FROM aside ORDER BY received_at")]
    decision = {"outcome": "declined", "reason": "It was written after the end."}
    await clients.registrar2.post(f"/late/{aside_ids[1]}/decision", data=decision)
    again = {"kind": "anew", "session_id": sessions[-1], "reason": "The machine that judged it was found to be faulty."}
    await clients.registrar.post("/rejudging", data=again)
    decision_id = await admin.fetchval("SELECT decision_id FROM decision WHERE outcome = 'certify'")
    settings = Settings.from_environment(
        {"DATABASE_URL": module_site.database.url, "SARAP_DATA_DIR": str(tmp_path_factory.mktemp("registry"))}
    )
    registry = RegistryResources(module_site.database.registry, settings, lambda: datetime.now(UTC))
    await issue_certificate.run(registry, decision_id)
    await print_certificate.run(registry, await admin.fetchval("SELECT credential_id FROM credential_bundle"))
    await registry.typesetter.close()

    async def ids(statement: str) -> list[str]:
        return [str(row[0]) for row in await admin.fetch(statement)]

    booked, free = await office.slot(in_hours(72)), await office.slot(in_hours(96), online=True)
    booking = await office.booked(clients.candidate, booked)
    made.known = {
        "slot_id": [str(booked.slot_id), str(free.slot_id)],
        "booking_id": [booking.rsplit("/", 1)[1]],
        "session_id": sessions,
        "task_id": await ids("SELECT task_id FROM task ORDER BY imported_at LIMIT 2"),
        "incident_id": await ids("SELECT incident_id FROM incident"),
        "appeal_id": await ids("SELECT appeal_id FROM appeal"),
        "rejudge_set_id": await ids("SELECT rejudge_set_id FROM rejudge_set"),
        "serial": await ids("SELECT serial FROM credential_intention"),
        "scheme_id": [str(office.scheme_id)],
        "aside_id": aside_ids,
        "position": ["1"],
        "language": ["python3", "cpp"],
        "code": ["session-closed"],
    }
    yield made


async def start_in(site: Site, office: BookingOffice) -> Exam:
    """Somebody whose clock runs, in the office's room."""
    person = await site.person(Role.CANDIDATE, display_name=f"Aigerim {uuid4().hex[:6]}")
    opened = await person.post(f"/exams/{office.room.scheme.scheme_id}/sessions")
    exam = Exam(office.room, person, opened.headers["location"].removeprefix("/sessions/"))
    await person.post(f"/sessions/{exam.session_id}/consent", data={"accept": "true"})
    await person.post(f"/sessions/{exam.session_id}/start")
    return exam


async def write_too_late(site: Site, exam: Exam) -> Exam:
    """One text is saved in time; what continues it arrives after the end."""
    further = {"tools.py": "def nothing(): ...\n"}
    await exam.save(1, "python3", "print('in time')", further)
    await turn_back(site, exam, timedelta(hours=2))
    await site.database.admin.execute(
        "UPDATE journal_entry SET saved_at = saved_at - interval '2 hours' WHERE session_id = $1", exam.session_id
    )
    text = "print('in time')\nprint('and a line that is wider than the narrowest of phones')\n"
    (await exam.writer(1)).write("python3", text, further)
    kept = await exam.send(1)
    assert kept.json()["kept"]["reason"] == "late"
    return exam


async def sessions_of(site: Site, clients: Clients) -> list[str]:
    """One session of the candidate for each face that a session has after its end, and one before its start."""
    now = datetime.now(UTC)
    made: dict[str, Sitting] = {}
    async with transaction(site.database.admin) as db:
        made["consented"] = await insert_sitting(db, clients.people, started_at=None)
        made["opened"] = await insert_sitting(db, clients.people, started_at=None)
        opened = made["opened"].session.session_id
        await db.execute("UPDATE session SET consented_at = NULL WHERE session_id = $1", opened)
        made["running"] = await insert_sitting(db, clients.people, started_at=now - timedelta(minutes=5))
        for name, passed in (
            ("undecided", True), ("withheld", True), ("appealable", False), ("certified", True), ("answered", False),
            ("reopened", False), ("appealed", False),
        ):  # fmt: skip
            sitting = await insert_sitting(db, clients.people, started_at=now - timedelta(minutes=50))
            await insert_submission(db, sitting, verdict="WA")
            await insert_submission(db, sitting, verdict="AC" if passed else "TLE")
            await seal(db, sitting, now - timedelta(minutes=5))
            await insert_result(db, sitting, passed=passed)
            made[name] = sitting
        withheld = made["withheld"].session.scheme_id
        await db.execute("UPDATE scheme SET rules = $2 WHERE scheme_id = $1", withheld, {"results_embargo_hours": 48})
    for name in ("appealable", "certified", "answered", "reopened", "appealed"):
        outcome = "certify" if name == "certified" else "decline"
        form = {"outcome": outcome, "reason": "Seen to be as it is."}
        await clients.registrar.post(f"/results/{made[name].session.session_id}/decision", data=form)
    for name in ("answered", "reopened", "appealed"):
        form = {"kind": "judgement", "reason": "My second program is right, and here is why: it reads to the end of the line."}
        await clients.candidate.post(f"/sessions/{made[name].session.session_id}/appeal", data=form)
    for name, outcome in (("answered", "not_upheld"), ("reopened", "upheld")):
        appeal_id = await site.database.admin.fetchval(
            """SELECT a.appeal_id FROM appeal a JOIN decision USING (decision_id) JOIN result USING (result_id)
               WHERE session_id = $1""",
            made[name].session.session_id,
        )
        form = {"outcome": outcome, "remedy": "rejudge", "reason": "It was looked at with the record of its judging."}
        await clients.registrar2.post(f"/appeals/{appeal_id}/answer", data=form)
    return [str(sitting.session.session_id) for sitting in made.values()]


def parameters(address: Address) -> list[str]:
    return re.findall(r"{(\w+)(?::\w+)?}", address.path)


def addresses(life: Life, address: Address) -> Iterator[str]:
    """Every address of a route with the examples that there are."""
    names = parameters(address)
    for values in product(*(life.known[name] for name in names)):
        path = address.path
        for name, value in zip(names, values, strict=True):
            path = re.sub(rf"{{{name}(:\w+)?}}", value, path)
        yield path


async def places(life: Life) -> tuple[list[Place], list[str]]:
    """Every different page that the routes have, and the routes for which there is no example."""
    found: list[Place] = []
    missing: list[str] = []
    visitor = await life.site.visitor()
    for address in PAGES:
        is_file = address.path.endswith(NO_PAGES) or not FILES_OF.isdisjoint(parameters(address))
        if address.method != "GET" or address.path.startswith("/api/") or is_file:
            continue
        unknown = [name for name in parameters(address) if not life.known.get(name)]
        if unknown:
            missing.append(f"{address.path}: no example of {unknown}")
            continue
        is_open = address.permission not in ROLES
        headings: set[tuple[str, ...]] = set()
        for path in addresses(life, address):
            for person in [visitor] if is_open else life.people[address.permission]:
                answer = await person.get(path)
                if answer.status_code != 200 or "<html" not in answer.text:
                    continue
                seen = tuple(re.findall(r"<h[12][^>]*>(.*?)</h[12]>", answer.text, re.DOTALL))
                if seen not in headings and len(headings) < LOOKS_OF_A_ROUTE_MAX:
                    headings.add(seen)
                    found.append(Place(path, None if is_open else person))
    found += [Place("/nowhere", None, 404), Place("/board", life.people[Permission.SIT_EXAM][0], 403)]
    return found, missing


async def findings(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe-core finds of WCAG 2.2 AA, all or these rules."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text("utf-8"))
    only = {"type": "tag", "values": STANDARD} if rules is None else {"type": "rule", "values": rules}
    results = await page.evaluate("(only) => axe.run({resultTypes: ['violations'], runOnly: only})", only)
    return [
        f"{one['id']}: {[node['target'] for node in one['nodes']]} {one['nodes'][0]['failureSummary']}"
        for one in results["violations"]
    ]


async def complaints_of(page: Page, place: Place, locale: str) -> list[str]:
    """Open a place and look at it in both themes."""
    answer = await page.goto(place.path)
    assert answer is not None
    if answer.status != place.status:
        return [f"{place.path}: answers {answer.status}"]
    await page.wait_for_load_state("load")
    if await page.locator("#exam").count():
        await expect(page.locator(".cm-content, textarea").first).to_be_attached()
    complaints: list[str] = []
    for dark in (False, True):
        await page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        complaints += await findings(page, rules=OF_COLOURS if dark else None)
    width = await page.evaluate("document.documentElement.scrollWidth")
    if width > WIDTH:
        complaints.append(f"scrolls sideways: {width} px")
    if await page.evaluate("document.documentElement.lang") != locale:
        complaints.append("does not say its language")
    complaints += [f"focus out of sight: {one}" for one in await page.evaluate(FIND_HIDDEN_FOCUS)]
    return [f"{locale} {place.path}: {one}" for one in complaints]


async def test_every_page_has_an_example(life: Life) -> None:
    found, missing = await places(life)
    assert missing == []
    assert len(found) > 30


@pytest.mark.parametrize("locale", LOCALES)
async def test_every_page_meets_wcag_light_and_dark_at_400_percent(life: Life, browser: Browser, locale: str) -> None:
    found, _ = await places(life)
    people: dict[Person | None, list[Place]] = {}
    for place in found:
        people.setdefault(place.person, []).append(place)
    complaints: list[str] = []
    for person, mine in people.items():
        visitor = person or await life.site.visitor()
        await visitor.post("/language", data={"locale": locale})
        async with tab(browser, life.site, person, width=WIDTH, height=HEIGHT, expected=("40", "ERR_")) as page:
            await page.context.add_cookies([{"name": "locale", "value": locale, "url": life.site.url}])
            for place in mine:
                complaints += await complaints_of(page, place, locale)
    assert not complaints, "\n".join(complaints)
