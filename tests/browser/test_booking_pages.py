"""Booking on a phone and on a desk, the registrar's side of it, and the system check, in a real browser.

PICTURES=var/pictures .venv/bin/pytest tests/browser/test_booking_pages.py      # keeps a picture of every page
"""

import os
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from app.auth.account import Role
from app.database import transaction
from exams.papers.rules import Rules
from tests.fixtures.booking import found_scheme, in_hours, open_office
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.candidates import start_exam
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES")

NEAR_MS = 300


async def seen(page: Page, name: str) -> None:
    """Look at a page as every page is looked at."""
    await assert_accessible(page)
    if PICTURES:
        width = await page.evaluate("innerWidth")
        dark = "dark" if await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        await page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{dark}.png", full_page=True)


@pytest.mark.parametrize(("width", "dark"), [(320, False), (390, True), (1440, False)])
async def test_a_seat_is_booked_moved_and_cancelled_in_a_few_taps(
    site: Site, browser: Browser, width: int, *, dark: bool
) -> None:
    office = await open_office(site)
    await office.slot(in_hours(72))
    for hours in (74, 76, 98, 120):
        await office.slot(in_hours(hours), online=hours == 98, seats=2)
    async with transaction(site.database.admin) as db:
        await found_scheme(db, "rehearsal", Rules(rehearsal=True))
    (code,) = await office.vouchers()
    person = await office.candidate()
    async with tab(browser, site, person, width=width, height=844, dark=dark, expected=("422",)) as page:
        await page.goto("/exams")
        await seen(page, "exams")
        await page.get_by_role("link", name="Book a seat").click()
        await expect(page.get_by_role("heading", name="Choose a place")).to_be_visible()
        await seen(page, "places")
        await page.get_by_role("link", name="Centre in Almaty").click()
        await expect(page.get_by_role("heading", name="Choose a time")).to_be_visible()
        await expect(page.locator("time[data-own-time]").first).to_be_visible()  # this browser is not in Almaty
        await seen(page, "times")
        await page.locator(".time").first.click()
        await expect(page.get_by_role("heading", name="Book this seat?")).to_be_visible()
        await page.locator("summary", has_text="voucher").click()
        await page.get_by_label("Voucher code").fill("7K3Q-M9XW-2RFD-HJ5T")
        await seen(page, "seat")
        await page.get_by_role("button", name="Book this seat").press("Enter")
        await expect(page.get_by_role("alert")).to_contain_text("no voucher with this code")
        await page.get_by_label("Voucher code").fill(code.lower())
        await page.get_by_role("button", name="Book this seat").click()
        await expect(page.get_by_role("heading", name="Your seat is booked")).to_be_visible()
        await seen(page, "booking")
        await page.get_by_role("link", name="Move").click()
        await expect(page.get_by_role("heading", name="Another time or place")).to_be_visible()
        await page.get_by_role("link", name="Online").click()
        await expect(page.get_by_role("heading", name="Online", exact=True)).to_be_visible()
        await page.locator("a.time").first.click()
        await expect(page.get_by_role("heading", name="Move your booking here?")).to_be_visible()
        await page.get_by_role("button", name="Move the booking").click()
        await expect(page.get_by_text("On your own computer").first).to_be_visible()
        await page.get_by_role("link", name="Cancel").click()
        await expect(page.get_by_text("given back")).to_be_visible()
        await seen(page, "cancel")
        await page.get_by_role("button", name="Yes, cancel it").click()
        await expect(page.get_by_role("heading", name="You cancelled this booking")).to_be_visible()
        await seen(page, "cancelled")


async def test_a_booking_page_opens_by_itself_when_it_is_time(site: Site, browser: Browser) -> None:
    office = await open_office(site)
    person = await office.candidate()
    path = await office.booked(person, await office.slot(in_hours(2)))
    opens_in = in_hours(2) - timedelta(minutes=30) - datetime.now(UTC)
    await office.move_clock(path, opens_in - timedelta(seconds=8))
    async with tab(browser, site, person, width=390) as page:
        await page.goto(path)
        await expect(page.get_by_role("button", name="Open the exam")).to_be_visible(timeout=30_000)
        await page.get_by_role("button", name="Open the exam").click()
        await expect(page.get_by_role("heading", name="What is recorded")).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)])
async def test_a_registrar_offers_seats_and_cancels_a_slot(site: Site, browser: Browser, width: int, *, dark: bool) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72))
    path = await office.booked(await office.candidate(), slot)
    await site.database.admin.execute(
        "UPDATE booking SET tzdata_version = '2023c', starts_at = starts_at - interval '1h' WHERE booking_id = $1::text::uuid",
        path.rsplit("/", 1)[1],
    )
    registrar = await site.person(Role.REGISTRAR)
    async with tab(browser, site, registrar, width=width, dark=dark) as page:
        await page.goto("/seats")
        await seen(page, "registrar-slots")
        await page.get_by_label("Start").fill(f"{datetime.now(UTC) + timedelta(days=9):%Y-%m-%dT10:30}")
        await page.get_by_label("Weeks in a row").fill("3")
        await page.get_by_role("button", name="Offer").click()
        await expect(page.locator("tbody tr")).to_have_count(4)
        await page.get_by_role("link", name="See which").click()
        await expect(page.get_by_role("heading", name="Zone changes")).to_be_visible()
        await seen(page, "registrar-changes")
        await page.get_by_role("link", name="Centres").click()
        await expect(page.get_by_role("heading", name="Centres", exact=True)).to_be_visible()
        await seen(page, "registrar-centres")
        await page.get_by_role("link", name="Vouchers").click()
        await expect(page.get_by_role("heading", name="Vouchers", exact=True)).to_be_visible()
        await page.get_by_label("Last day").fill("2030-06-30")
        await page.get_by_label("For whom").fill("School 12")
        async with page.expect_download() as download:
            await page.get_by_role("button", name="Issue and download").click()
        codes = (await (await download.value).path()).read_text("utf-8").splitlines()
        assert len(codes) == 21
        await page.reload()
        await expect(page.get_by_text("School 12")).to_be_visible()
        await seen(page, "registrar-vouchers")
        await page.goto(f"/seats/{slot.slot_id}")
        await seen(page, "registrar-slot")
        await page.get_by_label("The reason").fill("The heating broke.")
        await page.get_by_role("button", name="Cancel the slot").click()
        await expect(page.get_by_text("cancelled by us")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "dark"), [(320, 640, True), (1280, 800, False)])
async def test_complaint_14_the_system_check_measures_the_line_and_says_what_to_do(
    site: Site, browser: Browser, width: int, height: int, *, dark: bool
) -> None:
    """A far region with lag: said before the exam, in words, with a picture; on 13 inches nothing is cut off."""
    asked: list[str] = []
    async with tab(browser, site, None, width=width, height=height, dark=dark) as page:
        page.on("request", lambda request: asked.append(request.method))
        await page.goto("/system-check")
        await expect(page.locator("#check-status")).to_have_attribute("data-result", re.compile("ok|note"), timeout=30_000)
        for name in ("browser", "crypto", "storage", "fullscreen"):
            await expect(page.locator(f"[data-check={name}]")).to_have_attribute("data-state", "ok")
        await expect(page.locator("[data-check=line]")).to_have_attribute("data-state", re.compile("ok|note"))
        await expect(page.locator("[data-check=line] [data-outcome]:visible")).to_contain_text(
            re.compile(r"An answer takes \d+ ms")
        )
        await expect(page.locator("[data-check=line] svg .trip")).to_have_count(15)
        await seen(page, "system-check")
        await page.get_by_role("button", name="Show my picture").press("Enter")
        await expect(page.locator("#camera-picture")).to_be_visible()
        await expect(page.locator("[data-check=camera]")).to_have_attribute("data-state", "ok")
        await expect(page.get_by_role("button", name="Switch the camera off")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#camera-picture")).to_be_hidden()
        await page.get_by_role("button", name="Check again").click()
        await expect(page.get_by_role("button", name="Check again")).to_be_enabled(timeout=30_000)
    assert set(asked) == {"GET"}  # nothing was sent


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1366, 768)])
async def test_complaint_14_on_a_laptop_of_13_inches_task_editor_and_buttons_are_all_in_sight(
    site: Site, browser: Browser, width: int, height: int
) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, width=width, height=height) as page:
        await page.goto(f"/sessions/{sitting.session_id}")
        await expect(page.locator("#item-1 .statement")).to_be_in_viewport()
        await expect(page.locator("#item-1 [data-editor] .cm-editor, #item-1 [data-editor] textarea").first).to_be_in_viewport()
        await expect(page.locator("#item-1").get_by_role("button", name="Hand in")).to_be_in_viewport()
        await expect(page.locator("#clock")).to_be_in_viewport()


async def _slow(page: Page) -> None:
    async def answer(route: object) -> None:
        await page.wait_for_timeout(NEAR_MS + 50)
        await route.continue_()  # type: ignore[attr-defined]

    await page.route("**/api/time", answer)


async def _away(page: Page) -> None:
    await page.route("**/api/time", lambda route: route.abort())


async def _no_storage(page: Page) -> None:
    await page.add_init_script("Object.defineProperty(window, 'indexedDB', {value: {open() { throw new Error('no') }}})")


async def _wrong_clock(page: Page) -> None:
    await page.add_init_script("const now = Date.now; Date.now = () => now() - 3600_000")


@pytest.mark.parametrize(
    ("fault", "check", "state", "words"),
    [
        (_slow, "line", "note", "You can sit an exam like this"),
        (_away, "line", "bad", "The server cannot be reached"),
        (_no_storage, "storage", "bad", "The browser keeps nothing here"),
        (_wrong_clock, "clock", "note", "That changes nothing"),
    ],
)
async def test_the_system_check_names_what_is_wrong(
    site: Site, browser: Browser, fault: Callable[[Page], object], check: str, state: str, words: str
) -> None:
    async with tab(browser, site, None, width=1280, expected=("net::ERR_FAILED",)) as page:
        await fault(page)  # type: ignore[misc]
        await page.goto("/system-check")
        item = page.locator(f"[data-check={check}]")
        await expect(item).to_have_attribute("data-state", state, timeout=60_000)
        await expect(item.locator("[data-outcome]:visible")).to_contain_text(words)


async def test_without_javascript_the_page_of_the_check_says_so_and_booking_works(site: Site, browser: Browser) -> None:
    office = await open_office(site)
    slot = await office.slot(in_hours(72))
    person = await office.candidate()
    context = await browser.new_context(base_url=site.url, java_script_enabled=False)
    cookie = site.cookie(person)
    await context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])
    page = await context.new_page()
    await page.goto("/system-check")
    await expect(page.locator("noscript .notice")).to_have_count(1)  # with scripts, what is in it is no element
    await page.goto(f"/exams/{office.scheme_id}/seats/{slot.slot_id}")
    await page.get_by_role("button", name="Book this seat").click()
    await expect(page.get_by_role("heading", name="Your seat is booked")).to_be_visible()
    await context.close()
