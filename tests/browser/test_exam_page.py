"""The exam page in a real browser: nothing typed is lost, nothing is overwritten, and verdicts arrive by themselves."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, Route, expect

from app import timekeeping
from app.database import transaction
from app.jobs import seal_session
from app.live import notify
from app.workers.registry import RegistryResources
from exams.ids import SessionId
from exams.sessions.ledger import EntryKind, TimeEntry
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.candidates import Sitting, open_exam, start_exam, turn_back
from tests.fixtures.examroom import insert_judgement
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

SAVE_TIMEOUT_MS = 15_000
LIVE_TIMEOUT_MS = 30_000
"""The page saves within 5 s; two busy cores need longer."""


async def open_page(page: Page, sitting: Sitting) -> None:
    await page.goto(f"/sessions/{sitting.session_id}")
    # Until it knows whether another page writes, its editor is read-only.
    settled = page.locator(".cm-content:not([aria-readonly=true]):visible, #elsewhere:visible").first
    await expect(settled).to_be_visible(timeout=LIVE_TIMEOUT_MS)


async def write(page: Page, source: str) -> None:
    """Replace what the visible editor holds."""
    await page.locator(".cm-content:visible").click()
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.insert_text(source)


async def saved(page: Page) -> None:
    await expect(page.locator("#save-state")).to_contain_text("Saved", timeout=SAVE_TIMEOUT_MS)


async def drafts(sitting: Sitting, position: int = 1) -> dict[str, str]:
    item = (await sitting.get())["items"][position - 1]
    return {draft["language"]: draft["source"] for draft in item["drafts"]}


async def kept(sitting: Sitting, source: str) -> None:
    """Wait until the server has this text of the first task: the last words are sent when the time is up."""
    async with asyncio.timeout(SAVE_TIMEOUT_MS / 1000):
        while source not in (await drafts(sitting)).values():
            await asyncio.sleep(0.2)


async def test_typed_code_is_there_after_a_reload(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "print('қала')")
        await saved(page)
        await page.reload()
        await expect(page.locator(".cm-content:visible")).to_have_text("print('қала')")
        assert await drafts(sitting) == {"python3": "print('қала')"}


async def test_leaving_the_page_at_once_loses_nothing(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await open_page(page, sitting)
        await write(page, "print('in a hurry')")
        await page.goto("/exams")
        await open_page(page, sitting)
        await expect(page.locator(".cm-content:visible")).to_have_text("print('in a hurry')")
        await expect(page.locator("#save-state")).not_to_contain_text("Not saved", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": "print('in a hurry')"}


async def test_a_hand_in_gets_its_verdict_without_a_reload(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "print(3)")
        await page.get_by_role("button", name="Hand in").click()
        entry = page.locator("[data-submission]")
        await expect(entry).to_contain_text("being judged")
        submission_id = UUID(await entry.get_attribute("data-submission"))
        async with site.database.judging.acquire() as db:
            await insert_judgement(db, submission_id)
            await notify(db, f"session:{sitting.session_id}")
        await expect(entry).to_contain_text("Accepted")
        await expect(entry).to_contain_text("30 of 30 points")
        await expect(page.locator("#announcements")).to_have_text("Task 1: Accepted, 30 of 30 points.")


async def test_a_verdict_arrives_also_where_the_stream_is_blocked(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=("ERR_FAILED",)) as page:
        await page.route("**/events", lambda route: route.abort())
        await open_page(page, sitting)
        await write(page, "print(3)")
        await page.get_by_role("button", name="Hand in").click()
        entry = page.locator("[data-submission]")
        await expect(entry).to_contain_text("being judged")
        async with site.database.judging.acquire() as db:
            await insert_judgement(db, UUID(await entry.get_attribute("data-submission")), "WA", 50)
        await expect(entry).to_contain_text("Wrong answer", timeout=10_000)


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
async def test_a_conversation_is_shown_and_why_a_program_was_too_slow(
    site: Site, browser: Browser, width: int, dark: bool
) -> None:
    sitting = await open_exam(site)
    sample = {"name": "sample/1", "input": "", "answer": "", "interaction": "<10\n>test 5\n<pass\n>first 7\n"}
    await site.database.admin.execute("UPDATE task SET samples = $1", [sample])
    base = f"/sessions/{sitting.session_id}"
    await sitting.candidate.post(f"{base}/consent", data={"accept": "true"})
    await sitting.candidate.post(f"{base}/start")
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await open_page(page, sitting)
        await expect(page.locator(".statement:visible pre")).to_have_text(sample["interaction"])
        await write(page, "input()")
        async with page.expect_response("**/sample-runs"):
            await page.get_by_role("button", name="Run the samples").click()
        result = {"cpu_time_us": 11_000, "wall_time_us": 3_000_000, "memory_kib": 9000, "error": "", "difference": None}
        said = {"output": "test 5\n", "heard": "10\npass\n", "message": "named <b>no</b> version", "reason": "wall-time"}
        report: dict[str, Any] = {"verdict": "TLE", "undetermined": None, "compile_log": ""}
        report["samples"] = [{"name": "sample/1", "verdict": "TLE", **result, **said}]
        run_id = await site.database.admin.fetchval("SELECT sample_run_id FROM sample_run")
        await site.database.judging.execute("INSERT INTO sample_run_report VALUES ($1, $2, now())", run_id, report)
        async with site.database.judging.acquire() as db:
            await notify(db, f"session:{sitting.session_id}")
        shown = page.locator("[data-samples]:visible")
        await expect(shown).to_contain_text("It waited instead of computing", timeout=LIVE_TIMEOUT_MS)
        await expect(shown).to_contain_text("The checker says: named <b>no</b> version")
        await expect(shown).to_contain_text("Your program was told")
        await page.get_by_role("button", name="Hand in").click()
        entry = page.locator("[data-submission]")
        await expect(entry).to_contain_text("being judged")
        submission_id = UUID(await entry.get_attribute("data-submission"))
        await insert_wall_time_judgement(site, submission_id)
        async with site.database.judging.acquire() as db:
            await notify(db, f"session:{sitting.session_id}")
        await expect(entry).to_contain_text("It waited instead of computing", timeout=LIVE_TIMEOUT_MS)
        await expect(entry).to_contain_text("15 ms, of which 9 ms to start Python")
        await assert_accessible(page)


async def insert_wall_time_judgement(site: Site, submission_id: UUID) -> None:
    """A judgement by a program that slept."""
    async with site.database.admin.acquire() as db:
        await insert_judgement(db, submission_id, "TLE", 0)
        await db.execute(
            """UPDATE judgement SET evidence = '{"startup_us": 9000}'::jsonb,
                      cases = jsonb_set(cases, '{1,reason}', '"wall-time"') WHERE submission_id = $1""",
            submission_id,
        )


async def test_samples_are_run_and_the_first_difference_is_shown(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "print('<b>1</b>')")
        async with page.expect_response("**/sample-runs"):
            await page.get_by_role("button", name="Run the samples").click()
        await expect(page.locator("[data-action-state]").first).to_have_text("Running the samples…")
        result = {"cpu_time_us": 11_000, "wall_time_us": 12_000, "memory_kib": 9000, "error": ""}
        difference = {"token": 1, "expected": "0", "actual": "<b>1</b>", "kind": "token"}
        report: dict[str, Any] = {
            "verdict": "WA",
            "undetermined": None,
            "compile_log": "",
            "samples": [
                result | {"name": "sample/1", "verdict": "AC", "output": "3\n", "difference": None},
                result | {"name": "sample/2", "verdict": "WA", "output": "<b>1</b>\n", "difference": difference},
            ],
        }
        await site.database.judging.execute(
            "INSERT INTO sample_run_report SELECT sample_run_id, $1, now() FROM sample_run", report
        )
        results = page.locator("[data-samples]:visible")
        await expect(results).to_contain_text("word 1 should be “0” and is “<b>1</b>”")
        await expect(results.locator("details[open]")).to_have_count(1)
        assert await results.locator("b").count() == 0


async def test_a_lost_line_is_told_and_the_text_is_saved_when_it_is_back(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=("ERR_INTERNET_DISCONNECTED",)) as page:
        await open_page(page, sitting)
        await page.context.set_offline(True)
        await write(page, "print('offline')")
        await expect(page.locator("#save-state")).to_have_text("Not saved yet – trying again", timeout=SAVE_TIMEOUT_MS)
        await expect(page.locator("#trouble")).to_contain_text("Keep working")
        await page.context.set_offline(False)
        await saved(page)
        await expect(page.locator("#trouble")).to_be_hidden()
        assert await drafts(sitting) == {"python3": "print('offline')"}


async def test_a_text_that_was_never_acknowledged_is_taken_up_after_a_reload(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=503, content_type="application/problem+json", body='{"code": "database-unavailable"}')

    async with tab(browser, site, sitting.candidate, expected=("503",)) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await page.route("**/journal", refuse)
        await open_page(page, sitting)
        await write(page, "print('kept here')")
        await expect(page.locator("#save-state")).to_have_text("Not saved yet – trying again", timeout=SAVE_TIMEOUT_MS)
        await page.unroute("**/journal")
        await page.reload()
        await expect(page.locator(".cm-content:visible")).to_have_text("print('kept here')")
        await saved(page)
        assert await drafts(sitting) == {"python3": "print('kept here')"}


async def test_each_language_keeps_its_own_text(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        choice = page.get_by_role("combobox", name="Language")
        await write(page, "print('python')")
        await choice.select_option("cpp")
        await expect(page.locator(".cm-content:visible")).to_contain_text("#include")
        await write(page, "int main() {}")
        await saved(page)
        await choice.select_option("python3")
        await expect(page.locator(".cm-content:visible")).to_have_text("print('python')")
        await choice.select_option("javascript")
        await expect(page.locator(".cm-content:visible")).to_contain_text("readFileSync")
        await page.reload()
        await expect(page.locator(".cm-content:visible")).to_have_text("print('python')")
        assert await drafts(sitting) == {"python3": "print('python')", "cpp": "int main() {}"}


async def test_tab_leaves_the_editor_until_something_is_typed_and_esc_always_does(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        editor, run = page.locator(".cm-content:visible"), page.get_by_role("button", name="Run the samples")
        await editor.focus()
        await page.keyboard.press("Tab")
        await expect(run).to_be_focused()
        await page.keyboard.press("Shift+Tab")
        await expect(editor).to_be_focused()
        await page.keyboard.press("ControlOrMeta+A")
        await page.keyboard.type("x")
        await page.keyboard.press("Tab")
        await expect(editor).to_be_focused()
        assert await editor.inner_text() == "    x"
        await page.keyboard.press("Escape")
        await expect(run).to_be_focused()


async def test_a_plain_text_field_feeds_the_same_journal(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "print(1)")
        await page.get_by_role("button", name="Plain text field").click()
        field = page.locator("textarea.editor-plain:visible")
        await expect(field).to_have_value("print(1)")
        await field.fill("print(2)")
        await saved(page)
        await expect(page.locator("#save-state")).to_contain_text("Saved")
        await page.reload()
        await expect(page.locator("textarea.editor-plain:visible")).to_have_value("print(2)")
        assert await drafts(sitting) == {"python3": "print(2)"}


async def test_at_the_deadline_the_server_seals_and_the_page_becomes_the_result(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        # A page that is first heard late in the hour would be given the time of a slow start: it is heard now.
        async with page.expect_response("**/observations", timeout=LIVE_TIMEOUT_MS):
            await open_page(page, sitting)
        await turn_back(site, sitting, timedelta(minutes=59, seconds=35))
        await open_page(page, sitting)
        await write(page, "print('last words')")
        await expect(page.locator("#announcements")).to_contain_text("The time is up", timeout=60_000)
        await kept(sitting, "print('last words')")
        await turn_back(site, sitting, timedelta(seconds=10))
        resources = RegistryResources(site.database.registry, site.settings, lambda: datetime.now(UTC))
        await seal_session.run(resources, UUID(sitting.session_id))
        await expect(page.get_by_role("heading", name="Your exam is over")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
        await expect(page.get_by_text("taken from your last saved text")).to_be_visible()
        state = await sitting.get()
        assert [one["origin"] for one in state["items"][0]["submissions"]] == ["sealed"]
        assert state["items"][0]["drafts"][0]["source"] == "print('last words')"


async def test_time_that_is_added_is_said_when_it_is_worth_a_message(site: Site, browser: Browser) -> None:
    """A second or two come back at nearly every start. They stand in the ledger, and nobody is disturbed for them."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        async with page.expect_response("**/observations", timeout=LIVE_TIMEOUT_MS):
            await open_page(page, sitting)
        await looked(page, sitting)  # and knows what its own start gave back
        credited = page.locator("#credited")
        await credited.evaluate(
            """region => {
              window.said = [];
              new MutationObserver(() => window.said.push(region.textContent)).observe(region, {childList: true});
            }"""
        )
        for seconds in (14, 40):
            await add_time(site, sitting, page, seconds)
        await expect(credited).to_contain_text("was added to your time", timeout=LIVE_TIMEOUT_MS)
        assert len(await page.evaluate("window.said")) == 1
        assert await site.database.admin.fetchval("SELECT sum(seconds) FROM time_entry WHERE kind = 'outage'") == 54


async def add_time(site: Site, sitting: Sitting, page: Page, seconds: int) -> None:
    """Write a line of the ledger, and wait until the page has heard of it."""
    session_id = SessionId(UUID(sitting.session_id))
    rule = "outage=gap-between-pulses"
    entry = TimeEntry(session_id, EntryKind.OUTAGE, seconds, f"outage:{seconds}", datetime.now(UTC), rule=rule)
    async with transaction(site.database.web) as db:
        await timekeeping.write(db, None, [entry])
    await looked(page, sitting)


async def looked(page: Page, sitting: Sitting) -> None:
    """Wait until the page has shown what the server knows now."""
    now = (await sitting.get())["now"]
    await page.evaluate("dispatchEvent(new Event('online'))")  # it looks at once
    await page.wait_for_function(
        "([key, now]) => Date.parse(JSON.parse(localStorage.getItem(key)).now) >= Date.parse(now)",
        arg=[f"sarap:heard:{sitting.session_id}", now],
        timeout=LIVE_TIMEOUT_MS,
    )


async def test_the_clock_does_not_follow_the_clock_of_the_device(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.add_init_script("const later = Date.now() + 36e5; Date.now = () => later;")
        await open_page(page, sitting)
        # A slow start is given back in seconds, so a little more than the hour may be left; never an hour more or less.
        assert (await page.locator("#clock").inner_text()).startswith(("59:", "1:00:"))


async def test_finishing_saves_first_and_shows_what_came_of_it(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await page.get_by_role("tab", name="2").click()
        await write(page, "print('second task')")
        await page.get_by_role("link", name="Finish").click()
        await expect(page.get_by_role("heading", name="Finish the exam?")).to_be_visible()
        await assert_accessible(page)
        await page.get_by_role("button", name="Finish for good").click()
        await expect(page.get_by_role("heading", name="Your exam is over")).to_be_visible()
        await assert_accessible(page)
        assert await drafts(sitting, 2) == {"python3": "print('second task')"}


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
async def test_the_way_into_the_exam_is_accessible_and_within_the_policy(
    site: Site, browser: Browser, width: int, dark: bool
) -> None:
    sitting = await open_exam(site)
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await page.goto("/exams")
        await assert_accessible(page)
        await page.get_by_role("link", name="Go on").click()
        await assert_accessible(page)
        await page.get_by_label("I also agree").check()
        await page.get_by_label("I have read").check()
        await page.get_by_role("button", name="Agree").click()
        await assert_accessible(page)
        await page.get_by_role("button", name="Start").click()
        await expect(page.locator(".cm-content").first).to_be_visible()
        await write(page, "def main() -> None:  # a comment\n    print('text', 42)")
        await expect(page.locator("#observer-status")).to_have_attribute("data-camera", "on")
        await saved(page)
        await assert_accessible(page)


@pytest.mark.parametrize("locale", ["kk", "en"])
async def test_on_a_phone_the_buttons_end_where_the_editor_does_and_saves_are_told_in_cards(
    site: Site, browser: Browser, locale: str
) -> None:
    sitting = await start_exam(site)
    await sitting.candidate.post("/language", data={"locale": locale})
    async with tab(browser, site, sitting.candidate, width=360, height=740) as page:
        await open_page(page, sitting)
        ends = "box => [box.left, box.right].map(Math.round)"
        left, right = await page.locator(".editor:visible").evaluate(f"one => ({ends})(one.getBoundingClientRect())")
        buttons = page.locator(".workbench-actions:visible > .button")
        boxes = await buttons.evaluate_all(f"all => all.map(one => ({ends})(one.getBoundingClientRect()))")
        assert min(box[0] for box in boxes) == left
        assert {max(box[1] for box in boxes), boxes[-1][1]} == {right}
        await page.locator("#saved-open").click()
        cells = page.locator("#saved-dialog tbody td")
        await expect(cells.first).to_be_visible()
        labels = await cells.evaluate_all("all => all.map(one => one.dataset.label)")
        columns = await page.locator("#saved-dialog thead th").all_text_contents()
        assert labels[: len(columns) - 1] == columns[1:]
        box = page.locator("#saved-dialog .table-wrap")
        assert await box.evaluate("one => one.scrollWidth <= one.clientWidth"), "the table is cut off"
