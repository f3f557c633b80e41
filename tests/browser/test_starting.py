"""The start in a real browser: the page becomes the exam with a key of 32 bytes, and whatever is wrong costs nobody a start."""

import json
from base64 import b64encode
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.app.test_starting import book
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.candidates import Sitting, open_exam
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

READY = "Ready: the whole exam is on this computer"


async def consented(site: Site) -> Sitting:
    """A candidate who has agreed and waits."""
    sitting = await open_exam(site)
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true"})
    return sitting


async def press(page: Page) -> None:
    await page.get_by_role("button", name="Start: the clock begins now").click()


async def in_the_exam(page: Page, sitting: Sitting) -> None:
    """The exam page is there and takes text."""
    await expect(page).to_have_url(f"{page.url.split('/sessions')[0]}/sessions/{sitting.session_id}")
    await expect(page.locator("#clock")).to_contain_text(":")
    await expect(page.get_by_text("Read two integers").first).to_be_visible()
    await expect(page.locator(".exam-tab")).to_have_count(3)


def listen(page: Page, site: Site) -> list[str]:
    """Everything that the page asks the server for, as `GET /path`, but its scripts."""
    asked: list[str] = []

    def hear(method: str, url: str) -> None:
        path = url.removeprefix(site.url).partition("?")[0]
        if not path.startswith("/static/"):
            asked.append(f"{method} {path}")

    page.on("request", lambda request: hear(request.method, request.url))
    return asked


@pytest.mark.parametrize("width", [390, 1440])
async def test_the_waiting_page_becomes_the_exam_with_the_key_alone(site: Site, browser: Browser, width: int) -> None:
    sitting = await consented(site)
    base = f"/sessions/{sitting.session_id}"
    async with tab(browser, site, sitting.candidate, width=width, dark=width == 390) as page:
        await page.goto(f"{base}/start")
        await expect(page.locator("#start-state")).to_contain_text(READY)
        await assert_accessible(page)
        asked = listen(page, site)
        await press(page)
        await in_the_exam(page, sitting)
        first = asked[0]
        assert first == f"POST /api{base}/start"
        assert f"GET {base}" not in asked
        assert f"GET /api{base}/form" not in asked
        await page.locator(".cm-content").first.click()
        await page.keyboard.type("print(1)")
        await expect(page.locator("#save-state")).to_contain_text("Saved")
        await assert_accessible(page)
        await page.reload()
        await in_the_exam(page, sitting)
        await expect(page.locator(".cm-content").first).to_contain_text("print(1)")


async def test_a_reload_of_the_waiting_page_fetches_the_form_from_what_the_browser_kept(site: Site, browser: Browser) -> None:
    sitting = await consented(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text(READY)
        async with page.expect_response(lambda answer: "/form" in answer.url) as again:
            await page.reload()
        assert (await (await again.value).all_headers())["etag"]
        size = await page.evaluate(
            "new Promise(done => { const look = () => { const one = performance.getEntriesByType('resource')"
            ".find(each => each.name.includes('/form')); one ? done(one.transferSize) : setTimeout(look, 50) }; look() })"
        )
        assert size == 0


async def test_a_form_that_was_changed_on_the_way_is_not_used_and_the_start_works_all_the_same(
    site: Site, browser: Browser
) -> None:
    sitting = await consented(site)

    async def change(route: Route) -> None:
        answer = await route.fetch()
        body = bytearray(await answer.body())
        body[100] ^= 1
        await route.fulfill(response=answer, body=bytes(body))

    async with tab(browser, site, sitting.candidate) as page:
        await page.route("**/form?v=*", change)
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text("The exam page is fetched when you start")
        await press(page)
        await in_the_exam(page, sitting)


async def with_another_key(route: Route) -> None:
    answer = await route.fetch()
    started = json.loads(await answer.body())
    await route.fulfill(response=answer, json=started | {"key": b64encode(bytes(32)).decode()})


async def with_another_form(route: Route) -> None:
    answer = await route.fetch()
    started = json.loads(await answer.body())
    await route.fulfill(response=answer, json=started | {"form": "00" * 32})


@pytest.mark.parametrize("change", [with_another_key, with_another_form])
async def test_a_key_that_does_not_open_the_form_leads_to_the_servers_own_page(
    site: Site, browser: Browser, change: Callable[[Route], Awaitable[None]]
) -> None:
    sitting = await consented(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.route("**/api/sessions/*/start", change)
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text(READY)
        asked = listen(page, site)
        await press(page)
        await in_the_exam(page, sitting)
        assert f"GET /sessions/{sitting.session_id}" in asked


@pytest.mark.parametrize(
    "without",
    ["delete Crypto.prototype.subtle", "delete globalThis.DecompressionStream"],
    ids=["WebCrypto", "DecompressionStream"],
)
async def test_a_browser_without_what_opens_a_form_starts_as_ever(site: Site, browser: Browser, without: str) -> None:
    sitting = await consented(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.add_init_script(without)
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text("The exam page is fetched when you start")
        await press(page)
        await in_the_exam(page, sitting)


async def test_a_start_whose_answer_is_lost_is_asked_for_again_and_begins_once(site: Site, browser: Browser) -> None:
    sitting = await consented(site)
    lost: list[str] = []

    async def lose_the_first(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        lost.append(route.request.url)
        await route.fetch()  # the server hears it; the page does not hear the server
        await route.abort()

    async with tab(browser, site, sitting.candidate, expected=("ERR_FAILED",)) as page:
        await page.route("**/api/sessions/*/start", lose_the_first)
        await page.goto(f"/sessions/{sitting.session_id}/start")
        await expect(page.locator("#start-state")).to_contain_text(READY)
        await press(page)
        await in_the_exam(page, sitting)
    assert await site.database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = 'session:start'") == 1


async def test_the_button_waits_for_the_booked_time_whatever_the_devices_clock_says(site: Site, browser: Browser) -> None:
    sitting = await open_exam(site)
    await site.database.admin.execute("UPDATE scheme SET rules = rules || '{\"booking_required\": true}'::jsonb")
    await book(site, sitting, datetime.now(UTC) + timedelta(seconds=12))
    await sitting.candidate.post(f"/sessions/{sitting.session_id}/consent", data={"accept": "true"})
    async with tab(browser, site, sitting.candidate) as page:
        await page.add_init_script("const real = Date.now; Date.now = () => real() + 86_400_000")
        await page.goto(f"/sessions/{sitting.session_id}/start")
        button = page.get_by_role("button", name="Start: the clock begins now")
        await expect(button).to_be_disabled()
        await expect(page.locator("#opens-in")).to_contain_text("to go")
        await expect(page.locator("#opens-in")).to_have_text("You can start now.", timeout=30_000)
        await expect(button).to_be_enabled()
        await press(page)
        await in_the_exam(page, sitting)
