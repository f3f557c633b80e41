"""The Safe Exam Browser in a real one: Chromium with its script interface, with its headers, and without either."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from app.auth.account import Role
from tests.app.test_lockdown import in_browser, waiting
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.candidates import Sitting
from tests.fixtures.seb import ExamBrowser
from tests.fixtures.web import Person, Site

pytestmark = pytest.mark.browser

LOOK_TIMEOUT_MS = 20_000
"""The page of a held candidate asks every four seconds; two busy cores need longer."""

INTERFACE = """
const FIRST = location.href, FOLLOWS = %s;
window.SafeExamBrowser = {version: "test", security: {configKey: "", browserExamKey: "", updateKeys(done) {
    window.sebHashes(FOLLOWS ? location.href : FIRST).then(([config, exam]) => {
        this.configKey = config; this.browserExamKey = exam; done() }) }}};
"""
"""As on macOS and iPad. `FOLLOWS`: whether its keys follow an address that a script has set."""


@asynccontextmanager
async def exam_tab(browser: Browser, site: Site, sitting: Sitting, seb: ExamBrowser, how: str) -> AsyncGenerator[Page]:
    """A tab of Chromium that looks like the Safe Exam Browser to the site."""
    person: Person = sitting.candidate
    person.token = person.cookies["sarap"]
    async with tab(browser, site, person, expected=("409",)) as page:

        async def hashes(url: str) -> list[str]:
            path = url.partition("#")[0].removeprefix(site.url)
            return [seb.config_hash(path), seb.exam_hash(path)]

        async def add_headers(route: Route) -> None:
            path = route.request.url.removeprefix(site.url)
            await route.continue_(headers=route.request.headers | seb.headers(path))

        match how:
            case "headers":
                await page.route("**/*", add_headers)
            case "script, following" | "script, of the page":
                untyped: Any = page
                await untyped.expose_function("sebHashes", hashes)
                await page.add_init_script(INTERFACE % ("true" if how == "script, following" else "false"))
            case _:
                pass
        yield page


@pytest.mark.parametrize("how", ["headers", "script, following"])
async def test_a_whole_exam_in_the_browser_proves_each_step(site: Site, browser: Browser, how: str) -> None:
    sitting = await waiting(site)
    seb = await in_browser(site, sitting)
    async with exam_tab(browser, site, sitting, seb, how) as page:
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text("Ready")
        await page.get_by_role("button", name="Start: the clock begins now").click()
        await expect(page.locator(".cm-content").first).to_be_visible(timeout=LOOK_TIMEOUT_MS)
        await page.reload()
        await expect(page.locator(".cm-content").first).to_be_visible(timeout=LOOK_TIMEOUT_MS)
        await page.locator(".cm-content:visible").click()
        await page.keyboard.insert_text("print(3)")
        await page.locator("[data-submit]:visible").click()
        await expect(page.locator("[data-action-state]:visible")).to_contain_text("Handed in", timeout=LOOK_TIMEOUT_MS)
        await page.locator("#finish").click()
        await page.get_by_role("button", name="Finish for good").click()
        await expect(page.locator("#finish-form")).to_have_count(0, timeout=LOOK_TIMEOUT_MS)
    rows = await site.database.admin.fetch(
        "SELECT purpose, level FROM lockdown_check WHERE used_at IS NOT NULL ORDER BY used_at"
    )
    assert [tuple(row) for row in rows] == [(purpose, "SEB-CK") for purpose in ("start", "resume", "hand_in", "finish")]


async def test_keys_that_do_not_follow_an_address_are_asked_on_a_page_of_their_own(site: Site, browser: Browser) -> None:
    sitting = await waiting(site)
    seb = await in_browser(site, sitting)
    async with exam_tab(browser, site, sitting, seb, "script, of the page") as page:
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text("Ready")
        async with page.expect_navigation(url=f"**/sessions/{sitting.session_id}/start"):
            await page.get_by_role("button", name="Start: the clock begins now").click()
        await expect(page.locator("#start-state")).to_contain_text("Ready")
        await page.get_by_role("button", name="Start: the clock begins now").click()
        await expect(page.locator(".cm-content").first).to_be_visible(timeout=LOOK_TIMEOUT_MS)
    assert await site.database.admin.fetchval("SELECT count(*) FROM session_hold") == 0


@pytest.mark.parametrize("width", [390, 1440])
async def test_complaint_15_who_comes_back_in_an_ordinary_browser_waits_and_goes_on_when_the_proctor_says_so(
    site: Site, browser: Browser, width: int
) -> None:
    sitting = await waiting(site)
    seb = await in_browser(site, sitting)
    await seb.prove(sitting, "start")
    await sitting.candidate.post(f"/api/sessions/{sitting.session_id}/start", json={})
    async with exam_tab(browser, site, sitting, seb, "nothing") as page:
        await page.set_viewport_size({"width": width, "height": 900})
        await page.goto(f"/sessions/{sitting.session_id}")
        held = page.get_by_role("heading", name="The exam waits for the proctor")
        await expect(held).to_be_visible(timeout=LOOK_TIMEOUT_MS)
        await expect(page.get_by_text("This browser did not show that it is the Safe Exam Browser")).to_be_visible()
        await assert_accessible(page)
        proctor = await site.person(Role.PROCTOR)
        async with tab(browser, site, proctor, width=width) as board:
            await board.goto("/board")
            await board.locator(".held a").click()
            await expect(board.get_by_text("This session waits for you")).to_be_visible()
            await assert_accessible(board)
            await board.locator("#release-reason").fill("The network lost the headers.")
            await board.get_by_role("button", name="Let the session go on").click()
            await expect(board.get_by_text("A proctor let this session go on without checks.")).to_be_visible()
        await expect(page.locator(".cm-content").first).to_be_visible(timeout=LOOK_TIMEOUT_MS)


async def test_the_pages_around_it_are_accessible_on_a_phone_and_a_desk(site: Site, browser: Browser) -> None:
    sitting = await waiting(site)
    registrar = await site.person(Role.REGISTRAR)
    made = await sitting.candidate.post(f"/sessions/{sitting.session_id}/seb")
    for width, dark in ((390, True), (1440, False)):
        async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
            for path in (
                f"/sessions/{sitting.session_id}/start",
                f"/sessions/{sitting.session_id}/seb",
                made.headers["location"],
                "/safe-exam-browser",
                "/seb/quit",
                f"/seb?{made.headers['location'].partition('?')[2]}",
            ):
                await page.goto(path)
                await assert_accessible(page)
        async with tab(browser, site, registrar, width=width, dark=dark) as page:
            await page.goto("/exam-keys")
            await assert_accessible(page)
