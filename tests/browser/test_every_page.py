"""Every page that a person meets, at a whole running centre: in three languages, light and dark, on a phone and on a desk.

No page may scroll sideways, write an error to the console, ask another host for anything, or be found wanting by axe-core.

    PICTURES=var/pictures make test TESTS=tests/browser/test_every_page.py     # keeps a picture of every look
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, ConsoleMessage, Error, Page, Request, expect

from app.demo.centre import Centre
from app.demo.path import raised_score
from app.demo.people import Candidate, Employer, Examiner, Person, Proctor, Registrar
from exams.proctoring.snapshot import SNAPSHOT_MIN_GAP_S
from tests.fixtures.browser import serious_findings
from tests.fixtures.centre import SCHEME
from tests.fixtures.packages import write_package, zipped
from tests.journeys.solutions import solution

pytestmark = [pytest.mark.browser, pytest.mark.docker, pytest.mark.xdist_group("journeys")]

PICTURES: Final = os.environ.get("PICTURES")

PATIENCE_MS: Final = 30_000
"""For what appears by itself: a sample run, a camera's first picture."""

NOTHING_ELSE: Final = "Failed to load resource"
"""What Chromium writes to the console about a page that answers with 4xx, as the pages of problems do."""

Act = Callable[[Page], Awaitable[None]]
Somebody = TypeVar("Somebody", bound=Person)


@dataclass(frozen=True, slots=True)
class Look:
    """One way to look at a page."""

    locale: str
    width: int
    dark: bool

    def __str__(self) -> str:
        """Name pictures, e.g. `ru-390-light`."""
        return f"{self.locale}-{self.width}-{'dark' if self.dark else 'light'}"


LOOKS: Final = (
    Look("en", 1440, dark=False),
    Look("en", 390, dark=True),
    Look("ru", 1440, dark=True),
    Look("ru", 320, dark=False),
    Look("kk", 390, dark=False),
    Look("kk", 320, dark=True),
)
"""Each language, each width and each theme, and each width in both themes. The narrowest is that of WCAG 1.4.10."""


@dataclass(frozen=True, slots=True)
class Place:
    """A page: what it is called in a complaint, where it is, and what a person does there before looking.

    `pause_s` is how long the person waits before going there.
    """

    name: str
    path: str
    act: Act | None = None
    is_problem: bool = False
    pause_s: float = 0


@dataclass
class Window:
    """A browser's window at the centre, and everything that is wrong with what it showed."""

    page: Page
    host: str
    place: Place | None = None
    complaints: list[str] = field(default_factory=list[str])

    def listen(self) -> None:
        """Hear what the browser complains of, from now on."""
        self.page.on("console", self._hear_message)
        self.page.on("pageerror", self._hear_error)
        self.page.on("request", self._hear_request)

    async def look_at(self, place: Place, locale: str) -> None:
        """Open a place once in this language and look at it in every way."""
        self.place = place
        await asyncio.sleep(place.pause_s)
        await self.page.goto(place.path)
        if place.act is not None:
            await place.act(self.page)
        await self.page.wait_for_load_state("load")
        for look in (look for look in LOOKS if look.locale == locale):
            await self.page.set_viewport_size({"width": look.width, "height": 900 if look.width > 1000 else 844})
            await self.page.emulate_media(color_scheme="dark" if look.dark else "light", reduced_motion="reduce")
            if await self.page.evaluate("document.documentElement.scrollWidth") > look.width:
                self.complain(f"{look}: the page scrolls sideways")
            for finding in await serious_findings(self.page):
                self.complain(f"{look}: {finding}")
            if PICTURES:
                await self.page.screenshot(path=Path(PICTURES) / f"{place.name}-{look}.png", full_page=True)

    def complain(self, words: str) -> None:
        """Note what is wrong here."""
        self.complaints.append(f"{self.place.name if self.place else 'at first'}: {words}")

    def _hear_message(self, message: ConsoleMessage) -> None:
        is_expected = self.place is not None and self.place.is_problem and message.text.startswith(NOTHING_ELSE)
        if message.type == "error" and not is_expected:
            self.complain(message.text)

    def _hear_error(self, error: Error) -> None:
        self.complain(str(error))

    def _hear_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.netloc != self.host:
            self.complain(f"asks another host: {request.url}")


@asynccontextmanager
async def window(browser: Browser, person: Person) -> AsyncGenerator[Window]:
    """Open a window as this person."""
    context = await browser.new_context(base_url=person.url, permissions=["camera"], locale="en-GB")
    cookies: Iterator[Any] = iter(person.client.cookies.jar)
    await context.add_cookies([{"name": one.name, "value": one.value, "url": person.url} for one in cookies])
    made = Window(await context.new_page(), urlsplit(person.url).netloc)
    made.listen()
    try:
        yield made
    finally:
        await context.close()


async def look_at(browser: Browser, person: Person, *places: Place) -> None:
    """Look at these places in all languages and ways, and then tell everything that is wrong with them."""
    complaints: list[str] = []
    for locale in ("en", "ru", "kk"):
        speak(person, locale)
        async with window(browser, person) as seen:
            for place in places:
                await seen.look_at(place, locale)
            complaints += seen.complaints
    speak(person, "en")
    assert not complaints, "\n".join(complaints)


def speak(person: Person, locale: str) -> None:
    """Choose the language of the pages."""
    person.post("/language", {"locale": locale})


@dataclass(frozen=True, slots=True)
class Life:
    """What has happened at the centre before the pages are looked at."""

    certified: str
    """A session that led to `certificate`."""
    certificate: str
    undecided: str
    """A session that was passed and waits for its decision."""
    held: str
    """A session whose result is held by `incident`."""
    incident: str
    running: str
    """A session of the second candidate in which the clock runs, with an incident."""
    revoked: str
    """The serial of a certificate that was revoked."""


@contextmanager
def signed_in(kind: type[Somebody], centre: Centre, login: str) -> Generator[Somebody]:
    with kind(centre.url) as person:
        person.sign_in(login, centre.passwords[login])
        speak(person, "en")
        yield person


def begin(candidate: Candidate) -> str:
    session_id = candidate.open_session(SCHEME)
    candidate.start(session_id)
    return session_id


def answer(candidate: Candidate, session_id: str, folder: str = "accepted") -> None:
    for item in candidate.state(session_id)["items"]:
        candidate.hand_in(session_id, item["position"], *solution(item, folder))


def report(proctor: Proctor, session_id: str) -> None:
    words = "A second person came into the room at about half past ten and spoke to the candidate for a minute."
    proctor.post(f"/board/sessions/{session_id}/incidents", {"category": "environment", "description": words})


@pytest.fixture(scope="module")
def life(centre: Centre) -> Generator[Life]:
    """Two candidates' lives up to now."""
    with (
        signed_in(Candidate, centre, "candidate") as first,
        signed_in(Candidate, centre, "candidate2") as second,
        signed_in(Proctor, centre, "proctor") as proctor,
        signed_in(Registrar, centre, "registrar") as registrar,
    ):
        serials: list[str] = []
        certified: list[str] = []
        for candidate in (first, second):
            session_id = begin(candidate)
            answer(candidate, session_id)
            candidate.finish(session_id)
            registrar.wait_until_ready(session_id)
            registrar.certify(session_id, "Identity checked at the centre; the session was quiet.")
            serials.append(candidate.certificate_path(session_id).removeprefix("/certificates/").removesuffix(".json"))
            certified.append(session_id)
        registrar.post(f"/certificates/{serials[1]}/status", {"change": "revoke", "reason": "Issued to the wrong person."})
        undecided = begin(first)
        answer(first, undecided)
        first.finish(undecided)
        registrar.wait_until_ready(undecided)
        held = begin(second)
        report(proctor, held)
        answer(second, held, "wrong_answer")
        second.finish(held)
        running = begin(second)
        report(proctor, running)
        incident = next(path for path in links(registrar, "/incidents", "/incidents/") if held in registrar.get(path).text)
        yield Life(certified[0], serials[0], undecided, held, incident, running, serials[1])
        second.finish(running)


def links(person: Person, page: str, start: str) -> list[str]:
    """The addresses on a page that begin so."""
    return [part.partition('"')[0] for part in person.get(page).text.split('href="')[1:] if part.startswith(start)]


async def test_the_pages_of_everybody(browser: Browser, centre: Centre) -> None:
    async def try_to_sign_in(page: Page) -> None:
        await page.locator("#login").fill("candidate")
        await page.locator("#password").fill("not this one")
        await page.locator("main button.button").click()
        await page.locator("[role=alert]").wait_for()

    with Person(centre.url) as visitor:
        await look_at(
            browser,
            visitor,
            Place("home", "/"),
            Place("sign-in", "/sign-in"),
            Place("sign-in-refused", "/sign-in", try_to_sign_in, is_problem=True),
            Place("not-found", "/nowhere", is_problem=True),
            Place("problem-type", "/problems/session-closed"),
            Place("system-check", "/system-check", wait_for_the_check),
        )


async def wait_for_the_check(page: Page) -> None:
    await page.locator("#check-status[data-result]").wait_for(timeout=PATIENCE_MS)


async def test_the_pages_of_booking(browser: Browser, centre: Centre) -> None:
    with signed_in(Candidate, centre, "candidate") as candidate, signed_in(Registrar, centre, "registrar") as registrar:
        seats = next(path for path in links(candidate, "/exams", "/exams/") if path.endswith("/seats"))
        times = next(link for link in links(candidate, seats, "?place=") if not link.endswith("online"))
        free = links(candidate, f"{seats}{times}", f"{seats}/")
        booking = candidate.post(free[-1], {"voucher": ""})  # as the page sends it
        try:
            await look_at(
                browser,
                candidate,
                Place("seats-places", seats),
                Place("seats-times", f"{seats}{times}"),
                Place("seat", free[0]),
                Place("booking", booking),
                Place("booking-move", f"{seats}?move={booking.rsplit('/', 1)[1]}"),
                Place("booking-cancel", f"{booking}/cancel"),
            )
            slot = free[-1].rsplit("/", 1)[1]
            await look_at(
                browser,
                registrar,
                Place("slots", "/seats"),
                Place("slot", f"/seats/{slot}"),
                Place("centres", "/seats/centres"),
                Place("vouchers", "/seats/vouchers"),
                Place("zone-changes", "/seats/changes"),
            )
        finally:
            candidate.post(f"{booking}/cancel")


async def test_the_pages_of_an_employer(browser: Browser, centre: Centre, life: Life, tmp_path: Path) -> None:
    def hand_over(file: Path) -> Act:
        async def act(page: Page) -> None:
            await page.locator("#certificate").set_input_files(file)
            await page.locator("#verifier[data-state=done]").wait_for()

        return act

    async def scan(page: Page) -> None:
        await page.locator("#scan-start").click()
        await expect(page.locator("#scan-view")).to_be_visible()

    async def mistype(page: Page) -> None:
        await page.locator("#serial").fill("7K3QM9-XW2RFD-HJ5T99")
        await page.locator("form:has(#serial) .button").click()
        await page.get_by_role("alert").wait_for()  # the one that is shown

    with Employer(centre.url) as employer:
        good = employer.fetch(f"/certificates/{life.certificate}.json", tmp_path / "good.sarap.json")
        revoked = employer.fetch(f"/certificates/{life.revoked}.json", tmp_path / "revoked.sarap.json")
        changed = tmp_path / "changed.sarap.json"
        changed.write_bytes(raised_score(good.read_bytes()))
        await look_at(
            browser,
            employer,
            Place("verify", "/verify"),
            Place("verify-good", "/verify", hand_over(good)),
            Place("verify-changed", "/verify", hand_over(changed)),
            Place("verify-revoked", "/verify", hand_over(revoked)),
            Place("verify-scan", "/verify", scan),
            Place("verify-mistyped", "/verify", mistype, is_problem=True),
            Place("verify-many", "/verify/many"),
            Place("verify-numbers", "/verify/numbers"),
            Place("certificate", f"/certificates/{life.certificate}"),
            Place("certificate-revoked", f"/certificates/{life.revoked}"),
        )


async def test_the_pages_of_a_candidate(browser: Browser, centre: Centre, life: Life) -> None:
    async def find_it_elsewhere(page: Page) -> None:
        await page.locator("#elsewhere button").wait_for(timeout=PATIENCE_MS)

    async def run_samples(page: Page) -> None:
        async with page.expect_navigation():
            await page.locator("#elsewhere button").click()
        await expect(page.locator("#elsewhere")).to_be_hidden()
        await page.locator("[data-verdict=AC]:visible").wait_for(timeout=PATIENCE_MS)
        await page.locator("[data-run]:visible").click()
        await page.locator(".sample-result:visible").first.wait_for(timeout=PATIENCE_MS)
        await expect(page.locator("#observer-status")).to_have_attribute("data-camera", "on")

    async def open_observer(page: Page) -> None:
        await page.locator("#observer-status summary").click()

    with signed_in(Candidate, centre, "candidate") as candidate:
        session_id = candidate.open_session(SCHEME)
        here = f"/sessions/{session_id}"
        await look_at(browser, candidate, Place("exams", "/exams"), Place("consent", f"{here}/consent"))
        candidate.post(f"{here}/consent", {"accept": "true", "camera": "true"})
        await look_at(browser, candidate, Place("start", f"{here}/start"))
        candidate.post(f"{here}/start")
        item = candidate.state(session_id)["items"][0]
        wrong, right = solution(item, "wrong_answer", "python3"), solution(item, "accepted", "python3")
        for program in (wrong, right):
            candidate.verdict(session_id, candidate.hand_in(session_id, 1, *program))
        candidate.save(session_id, 1, *wrong)
        await look_at(
            browser,
            candidate,
            # The programs above were written in another tab, so that the page's claim is answered with 409. Each page that is
            # loaded sends a picture at once.
            Place("exam-elsewhere", here, find_it_elsewhere, is_problem=True),
            Place("exam", f"{here}#main", run_samples, pause_s=SNAPSHOT_MIN_GAP_S),  # the same page, which is loaded anew there
            Place("exam-recording", here, open_observer, pause_s=SNAPSHOT_MIN_GAP_S),
            Place("finish", f"{here}/finish"),
            Place("result-certified", f"/sessions/{life.certified}"),
            Place("result-undecided", f"/sessions/{life.undecided}"),
            Place("forbidden", "/tasks", is_problem=True),
        )
        candidate.finish(session_id)
    with signed_in(Candidate, centre, "candidate2") as candidate:
        await look_at(browser, candidate, Place("result-held", f"/sessions/{life.held}"))


async def test_the_pages_of_an_examiner(browser: Browser, centre: Centre, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    problem = "problem_format_version: 2025-09\ntype: puzzle\nlimits: {time_limit: soon}\n"
    broken.write_bytes(zipped(write_package(tmp_path, {"problem.yaml": problem, "data/secret/1.ans": None})))

    async def import_it(page: Page) -> None:
        await page.locator("#package").set_input_files(broken)
        await page.locator("main button.button").click()
        await page.locator("[role=alert]").wait_for()

    with signed_in(Examiner, centre, "examiner") as examiner:
        task = next(path for path in links(examiner, "/tasks", "/tasks/") if examiner.task(path)["state"] == "published")
        await look_at(
            browser,
            examiner,
            Place("tasks", "/tasks"),
            Place("tasks-refused", "/tasks", import_it, is_problem=True),
            Place("task", task),
        )


async def test_the_pages_of_judging_again(browser: Browser, centre: Centre, life: Life) -> None:
    with signed_in(Examiner, centre, "examiner") as examiner, signed_in(Registrar, centre, "registrar") as registrar:
        form = {"kind": "anew", "session_id": life.certified, "reason": "The machine that judged it was found to be faulty."}
        address = examiner.post("/rejudging", form)
        registrar.wait(lambda: "Waits for a second person" in registrar.get(address).text or None, "judging again")
        await look_at(browser, examiner, Place("rejudging-set-examiner", address))
        await look_at(browser, registrar, Place("rejudging-sets", "/rejudging"), Place("rejudging-set", address))
        registrar.post(f"{address}/apply", {"reason": "Judged again on another machine, and the same came out."})
        registrar.wait(lambda: "What followed" in registrar.get(address).text or None, "applying it")
        await look_at(browser, registrar, Place("rejudging-set-applied", address))


async def test_the_pages_of_a_proctor(browser: Browser, centre: Centre, life: Life) -> None:
    with (
        signed_in(Proctor, centre, "proctor") as proctor,
        signed_in(Candidate, centre, "candidate2") as candidate,
    ):
        async with window(browser, candidate) as exam:
            await exam.page.goto(f"/sessions/{life.running}")
            await expect(exam.page.locator("#observer-status")).to_have_attribute("data-camera", "on")
            await exam.page.wait_for_timeout(1_500)
            await look_at(
                browser,
                proctor,
                Place("board", "/board"),
                Place("sitting", f"/board/sessions/{life.running}"),
                Place("time", "/time"),
                Place("session-time", f"/time/sessions/{life.running}"),
                Place("journal-for-proctors", f"/board/sessions/{life.held}/journal/1", wait_for_the_player),
                Place("exam-keys", "/exam-keys"),
            )


async def wait_for_the_player(page: Page) -> None:
    await page.locator("[data-player]").wait_for(timeout=PATIENCE_MS)


async def test_the_pages_of_a_registrar(browser: Browser, centre: Centre, life: Life) -> None:
    async def send_nothing(page: Page) -> None:
        await page.locator("[name=outcome]").first.check()
        await page.locator("#reason").fill(" ")
        await page.locator("form:has(#reason) .button").click()
        await page.locator(".problem").wait_for()

    with signed_in(Registrar, centre, "registrar") as registrar:
        await look_at(
            browser,
            registrar,
            Place("results", "/results"),
            Place("case", f"/results/{life.undecided}"),
            Place("case-held", f"/results/{life.held}"),
            Place("case-decided", f"/results/{life.certified}"),
            Place("unprocessable", f"/results/{life.undecided}", send_nothing, is_problem=True),
            Place("incidents", "/incidents"),
            Place("incident", life.incident),
            Place("journal", f"/results/{life.held}/journal/1", wait_for_the_player),
            Place("certificates", "/certificates"),
            Place("accommodations", "/accommodations"),
            Place("status", f"/certificates/{life.certificate}/status"),
            Place("status-revoked", f"/certificates/{life.revoked}/status"),
        )
