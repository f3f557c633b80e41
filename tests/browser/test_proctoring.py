"""What the exam page reports reaches the proctor's board by itself, with a real camera's stand-in."""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Browser, expect

from app.database import transaction
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.sittings import Clients, Sitting, insert_result, insert_sitting, insert_submission, seal, sign_in_people
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

PASTE = """() => {
    const data = new DataTransfer();
    data.setData("text/plain", "x".repeat(321));
    document.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true}));
}"""
LEAVE = """() => {
    document.hasFocus = () => false;
    dispatchEvent(new Event("blur"));
}"""
RETURN = """() => {
    document.hasFocus = () => true;
    dispatchEvent(new Event("focus"));
}"""


async def sit(site: Site, *, camera: bool = True) -> tuple[Clients, Sitting]:
    """A candidate who has just begun."""
    clients = await sign_in_people(site)
    async with transaction(site.database.admin) as db:
        started_at = datetime.now(UTC) - timedelta(seconds=30)
        return clients, await insert_sitting(db, clients.people, camera=camera, started_at=started_at)


async def test_a_proctor_sees_focus_pastes_and_pictures_without_reloading(site: Site, browser: Browser) -> None:
    clients, sitting = await sit(site)
    async with tab(browser, site, clients.proctor) as board:
        await board.goto("/board")
        seat = board.locator(".seat")
        await expect(seat).to_contain_text("Page not open yet")
        async with tab(browser, site, clients.candidate) as exam:
            await exam.goto(f"/sessions/{sitting.session.session_id}")
            await expect(exam.locator("#observer-status")).to_have_attribute("data-camera", "on")
            await expect(exam.locator("#observer-status")).to_contain_text("Recording: window, pastes, camera")
            await expect(seat).to_contain_text("Here")
            await expect(seat.locator("img")).to_be_visible()
            await exam.evaluate(PASTE)
            await expect(seat).to_contain_text("Pasted 321 characters")
            await exam.evaluate(LEAVE)
            await expect(seat).to_contain_text("Left the exam window")
            await exam.evaluate(RETURN)
            await expect(seat).to_contain_text("Came back to the exam window")
            await assert_accessible(board)
    stored = await site.database.admin.fetch("SELECT image FROM snapshot")
    assert stored
    assert all(row["image"][:3] == b"\xff\xd8\xff" for row in stored)


async def test_who_goes_on_in_another_window_has_not_left_the_exam_and_the_old_one_reports_no_more(
    site: Site, browser: Browser
) -> None:
    clients, sitting = await sit(site, camera=False)
    address = f"/sessions/{sitting.session.session_id}"

    async def seen() -> list[str]:
        rows = await site.database.admin.fetch("SELECT kind FROM observation WHERE kind LIKE 'focus%' ORDER BY observation_id")
        return [row["kind"] for row in rows]

    async with tab(browser, site, clients.candidate, expected=("409",)) as first:
        await first.goto(address)
        await expect(first.locator(".cm-content:visible")).to_have_attribute("contenteditable", "true")
        await first.evaluate(LEAVE)
        second = await first.context.new_page()
        await second.goto(address)
        await second.get_by_role("button", name="Go on here").click()
        await expect(second.locator("#elsewhere")).to_be_hidden()
        await expect(second.locator("#observer-status")).to_have_attribute("data-camera", "none")
        await expect(first.get_by_text("Nothing is being recorded")).to_be_visible()
        await first.evaluate(RETURN)
        await first.evaluate(LEAVE)
        await second.reload()
        await second.evaluate(PASTE)
        await second.wait_for_timeout(1_500)
    assert await seen() == ["focus_lost", "focus_gained"]


async def test_an_exam_without_camera_asks_for_none_and_reports_the_rest(site: Site, browser: Browser) -> None:
    clients, sitting = await sit(site, camera=False)
    async with tab(browser, site, clients.candidate) as exam:
        await exam.goto(f"/sessions/{sitting.session.session_id}")
        await expect(exam.locator("#observer-status")).to_contain_text("Recording: window, pastes")
        await exam.locator("#observer-status summary").click()
        await expect(exam.locator("#observer-status")).to_contain_text("how many characters you paste, never what")
        await exam.evaluate(PASTE)
        await exam.wait_for_timeout(1_000)
    kinds = [row["kind"] for row in await site.database.admin.fetch("SELECT kind FROM observation ORDER BY observation_id")]
    assert kinds == ["connected", "paste"]


async def test_what_happens_while_the_line_is_down_arrives_later_and_the_exam_goes_on(site: Site, browser: Browser) -> None:
    clients, sitting = await sit(site)
    async with tab(browser, site, clients.candidate, expected=("Failed to load resource", "net::")) as exam:
        await exam.goto(f"/sessions/{sitting.session.session_id}")
        await expect(exam.locator("#observer-status")).to_have_attribute("data-camera", "on")
        await exam.wait_for_timeout(500)
        await exam.route("**/api/sessions/*/observations", lambda route: route.abort())
        await exam.evaluate(PASTE)
        await exam.wait_for_timeout(1_000)
        assert "paste" not in await kinds_of(site)
        await exam.unroute("**/api/sessions/*/observations")
        for _ in range(60):
            if "paste" in await kinds_of(site):
                break
            await exam.wait_for_timeout(100)
        assert (await kinds_of(site)).count("paste") == 1


async def kinds_of(site: Site) -> list[str]:
    return [row["kind"] for row in await site.database.admin.fetch("SELECT kind FROM observation")]


async def test_an_incident_is_written_and_reviewed_and_the_result_decided_by_keyboard(site: Site, browser: Browser) -> None:
    clients, sitting = await sit(site)
    async with transaction(site.database.admin) as db:
        await insert_submission(db, sitting, verdict="AC")
        await seal(db, sitting, datetime.now(UTC))
        await insert_result(db, sitting)
    session_id = sitting.session.session_id
    async with tab(browser, site, clients.proctor, width=390) as page:
        await page.goto(f"/board/sessions/{session_id}#report")
        await page.get_by_label("Where it came from").select_option("technical")
        await page.get_by_label("What happened").fill("The power failed for a minute.")
        await page.get_by_label("What happened").press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".incident")).to_contain_text("The power failed for a minute.")
        await assert_accessible(page)
    async with tab(browser, site, clients.registrar, width=390, dark=True) as page:
        await page.goto(f"/results/{session_id}")
        await expect(page.locator("#decision")).to_contain_text("An incident has not been reviewed")
        await assert_accessible(page)
        await page.get_by_role("link", name="Review").click()
        await page.get_by_label("No effect").check()
        await page.get_by_label("Reason", exact=True).fill("The clock was right afterwards.")
        await page.get_by_label("Reason", exact=True).press("Tab")
        await page.keyboard.press("Enter")
        await expect(page.locator(".incident-review")).to_contain_text("The clock was right afterwards.")
        await page.get_by_role("link", name="result", exact=True).click()
        await page.get_by_label("Certify").check()
        await page.get_by_label("Reason", exact=True).fill("All in order.")
        await page.get_by_role("button", name="Record the decision").click()
        await expect(page.locator("#decision")).to_contain_text("The certificate is being written down")
        await assert_accessible(page)


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
async def test_the_pages_of_proctor_and_registrar_are_accessible_and_fit(
    site: Site, browser: Browser, width: int, dark: bool
) -> None:
    clients, sitting = await sit(site)
    async with transaction(site.database.admin) as db:
        over = await insert_sitting(db, clients.people)
        await insert_submission(db, over, verdict="WA")
        await insert_submission(db, over, verdict=None, failures=2)
        await seal(db, over)
        await insert_result(db, over, passed=False)
    session_id = sitting.session.session_id
    form = {"category": "environment", "description": "Somebody came in.\n" + "W" * 200}
    await clients.proctor.post(f"/board/sessions/{session_id}/incidents", data=form)
    pages = {
        clients.proctor: ["/board", f"/board/sessions/{session_id}"],
        clients.registrar: ["/results", f"/results/{over.session.session_id}", "/incidents", "/certificates"],
    }
    for person, paths in pages.items():
        async with tab(browser, site, person, width=width, dark=dark) as page:
            for path in paths:
                await page.goto(path)
                await assert_accessible(page)
                assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
