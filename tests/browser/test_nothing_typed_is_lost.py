"""Nothing typed is lost: by lost lines and answers, crashes, other machines and tabs, odd clocks, browsers that keep nothing.

The named complaints are those of people who lost answers in other systems.
"""

import os
import shutil
import signal
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, BrowserContext, Error, Page, Route, expect

from app.jobs import seal_session
from app.workers.registry import RegistryResources
from exams.sessions.proof import StepState, check, read_proof
from exams.sessions.timing import SAVE_GRACE_S
from tests.browser.test_exam_page import LIVE_TIMEOUT_MS, SAVE_TIMEOUT_MS, drafts, open_page, saved, write
from tests.fixtures.browser import ARGUMENTS, assert_accessible, tab
from tests.fixtures.candidates import Sitting, start_exam, turn_back
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

OFFLINE = ("ERR_INTERNET_DISCONNECTED",)

KAZAKH = "# Қала мен ауыл: әр сөз өз орнында, ұмытылмайды — 𝔸🎓\n"
RUSSIAN = "# Ещё одна строка, и ни одна буква не потеряна: ё, ъ, «кавычки»\n"
CODE = "print(sum(int(x) for x in input().split()))\n"
LAST = "# соңғы сөз\n"

KEPT_EDITS = """
async (part) => {
  const open = indexedDB.open("sarap-journal");
  const db = await new Promise((done) => { open.onsuccess = () => done(open.result); });
  const all = db.transaction("lines").objectStore("lines").getAll();
  await new Promise((done) => { all.onsuccess = done; });
  db.close();
  return all.result.some((line) => (line.edit ?? "").includes(JSON.stringify(part).slice(1, -1)));
}
"""
"""Whether an edit with this text stands in the browser's own database."""

PAGE_IS_KEPT = (
    "async () => (await caches.match(location.pathname)) !== undefined && navigator.serviceWorker.controller !== null"
)

FIRST_LOAD_MAX_BYTES = 300_000


async def go_to_end(page: Page) -> None:
    """Put the cursor behind the last letter of the visible editor."""
    await page.locator(".cm-content:visible").click()
    await page.keyboard.press("ControlOrMeta+End")


async def add(page: Page, text: str) -> None:
    """Type behind the last letter."""
    await go_to_end(page)
    await page.keyboard.insert_text(text)


@asynccontextmanager
async def machine(browser: Browser, site: Site, sitting: Sitting, profile: Path) -> AsyncGenerator[BrowserContext]:
    """A computer whose browser keeps what it has on its disk, even if it is killed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    context = await browser.browser_type.launch_persistent_context(
        profile, executable_path=path, args=ARGUMENTS, base_url=site.url, locale="en-GB", service_workers="block"
    )
    cookie = site.cookie(sitting.candidate)
    await context.add_cookies([{"name": cookie["name"], "value": cookie["value"], "url": cookie["url"]}])
    try:
        yield context
    finally:
        with suppress(Error):  # the plug may be out
            await context.close()


def pull_the_plug(profile: Path) -> None:
    """End every process of the browser with this profile, as a power cut does."""
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if f"--user-data-dir={profile}".encode() in words:
            os.kill(int(entry.name), signal.SIGKILL)


async def test_what_was_typed_offline_survives_crashes_and_ends_on_another_machine_byte_for_byte(
    site: Site, browser: Browser, tmp_path: Path
) -> None:
    sitting = await start_exam(site)
    profile = tmp_path / "profile"

    async with machine(browser, site, sitting, profile) as context:
        page = await context.new_page()
        await page.clock.install()
        await open_page(page, sitting)
        await write(page, KAZAKH)
        await saved(page)
        await context.set_offline(True)
        await add(page, RUSSIAN)
        await page.clock.fast_forward("05:00")
        await expect(page.locator("#save-state")).to_contain_text("Not saved since", timeout=SAVE_TIMEOUT_MS)
        await expect(page.locator("#save-count")).to_contain_text("edits on their way")
        await expect(page.locator("#trouble")).to_contain_text("Keep working")
        await page.wait_for_function(KEPT_EDITS, arg=RUSSIAN)
        pull_the_plug(profile)
    assert await drafts(sitting) == {"python3": KAZAKH}

    async with machine(browser, site, sitting, profile) as context:
        page = await context.new_page()
        await open_page(page, sitting)
        await expect(page.locator(".cm-content:visible")).to_contain_text("потеряна", timeout=LIVE_TIMEOUT_MS)
        await saved(page)
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": KAZAKH + RUSSIAN}
        pull_the_plug(profile)

    async with tab(browser, site, sitting.candidate, expected=("409",)) as page:
        await open_page(page, sitting)
        await expect(page.locator("#elsewhere")).to_contain_text("Here you can only read")
        await page.get_by_role("button", name="Go on here").click()
        await expect(page.locator("#elsewhere")).to_be_hidden(timeout=LIVE_TIMEOUT_MS)
        await expect(page.locator(".cm-content:visible")).not_to_have_attribute(
            "aria-readonly", "true", timeout=LIVE_TIMEOUT_MS
        )
        await add(page, CODE)
        await add(page, LAST)
        await page.get_by_role("link", name="Finish").click()
        await page.get_by_role("button", name="Finish for good").click()
        await expect(page.get_by_role("heading", name="Your exam is over")).to_be_visible()
    final = await site.database.admin.fetchval("SELECT source FROM submission WHERE position = 1")
    assert final == KAZAKH + RUSSIAN + CODE + LAST


async def test_another_tab_of_this_browser_takes_over_openly_with_the_last_words_of_the_first(
    site: Site, browser: Browser
) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=("409",)) as first:
        await open_page(first, sitting)
        await write(first, "print('first')")
        second = await first.context.new_page()
        await open_page(second, sitting)
        await expect(second.locator("#elsewhere")).to_contain_text("another window or on another device")
        await expect(second.locator(".cm-content:visible")).to_have_attribute("aria-readonly", "true")
        await assert_accessible(second)
        await first.bring_to_front()
        await add(first, "  # last words")
        await second.bring_to_front()
        await second.get_by_role("button", name="Go on here").click()
        await expect(second.locator("#elsewhere")).to_be_hidden(timeout=LIVE_TIMEOUT_MS)
        await expect(second.locator(".cm-content:visible")).to_have_text("print('first')  # last words")
        await expect(first.locator("#elsewhere")).to_contain_text("This page only reads now")
        await expect(first.locator(".cm-content:visible")).to_have_attribute("aria-readonly", "true")
        await expect(first.locator("#save-state")).to_have_text("Read only")
        assert await drafts(sitting) == {"python3": "print('first')  # last words"}
        assert (await sitting.get("/asides"))["asides"] == []


async def test_a_duplicated_tab_is_another_tab(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=("409",)) as first:
        await open_page(first, sitting)
        await expect(first.locator("#elsewhere")).to_be_hidden()
        copied = await first.evaluate("JSON.stringify(sessionStorage)")
        second = await first.context.new_page()
        await second.add_init_script(f"if (!sessionStorage.length) Object.assign(sessionStorage, {copied})")
        await open_page(second, sitting)
        await expect(second.locator("#elsewhere")).to_contain_text("Here you can only read")
        assert await first.evaluate("sessionStorage.getItem('sarap:tab')") != await second.evaluate(
            "sessionStorage.getItem('sarap:tab')"
        )
        await second.close()
        await first.reload()
        await expect(first.locator(".cm-content:visible")).not_to_have_attribute(
            "aria-readonly", "true", timeout=LIVE_TIMEOUT_MS
        )
        await expect(first.locator("#elsewhere")).to_be_hidden()


@pytest.mark.parametrize("keep_mine", [True, False])
async def test_a_stale_tab_overwrites_nothing_and_both_texts_are_kept(site: Site, browser: Browser, keep_mine: bool) -> None:
    """Complaints: a stale tab blanked the answers; an old program was graded after a lost connection."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=(*OFFLINE, "409", "ERR_FAILED")) as page:
        await page.route("**/events", lambda route: route.abort())
        await open_page(page, sitting)
        await write(page, "print('here')")
        await saved(page)
        await page.context.set_offline(True)
        await add(page, "  # and offline")
        await page.wait_for_function(KEPT_EDITS, arg="  # and offline")
        other = sitting.other_tab()
        await other.take_lease(take_over=True)
        await other.save(1, "python3", "print('elsewhere')")
        await page.context.set_offline(False)
        await expect(page.locator("#elsewhere")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
        await page.get_by_role("button", name="Go on here").click()
        notice = page.locator("[data-conflict]:visible")
        await expect(notice).to_contain_text("Nothing was overwritten", timeout=LIVE_TIMEOUT_MS)
        await expect(notice.locator("pre")).to_have_text("print('elsewhere')")
        await expect(page.locator(".cm-content:visible")).to_have_text("print('here')  # and offline")
        assert await drafts(sitting) == {"python3": "print('elsewhere')"}
        kept = (await sitting.get("/asides"))["asides"]
        assert "print('here')  # and offline" in [one["source"] for one in kept]
        await page.get_by_role("button", name="Go on with this text" if keep_mine else "Take the other text").click()
        await expect(notice).to_be_hidden()
        wanted = "print('here')  # and offline" if keep_mine else "print('elsewhere')"
        await expect(page.locator(".cm-content:visible")).to_have_text(wanted)
        await saved(page)
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": wanted}


async def test_the_last_words_of_a_device_that_lost_the_exam_are_offered_to_the_one_that_has_it(
    site: Site, browser: Browser
) -> None:
    sitting = await start_exam(site)
    sitting_before = sitting.other_tab()
    await sitting_before.save(1, "python3", "print(1)")
    await sitting.take_lease(take_over=True)
    (await sitting_before.writer(1)).write("python3", "print(1)  # last words")
    assert (await sitting_before.send(1)).status_code == 202
    async with tab(browser, site, sitting.candidate, expected=("409",)) as page:
        await open_page(page, sitting)
        await page.get_by_role("button", name="Go on here").click()
        notice = page.locator("[data-asides]:visible")
        await expect(notice).to_contain_text("after you went on here (a test", timeout=LIVE_TIMEOUT_MS)
        await notice.get_by_text("Show that text").click()
        await expect(notice.locator("pre")).to_have_text("print(1)  # last words")
        await page.get_by_role("button", name="Put it into the editor").click()
        await expect(notice).to_be_hidden()
        await expect(page.locator(".cm-content:visible")).to_have_text("print(1)  # last words")
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": "print(1)  # last words"}
        assert all(one["taken_at"] is not None for one in (await sitting.get("/asides"))["asides"])


async def test_saving_needs_no_event_stream(site: Site, browser: Browser) -> None:
    """Complaint: what was written again after a lost line waited for a WebSocket."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=(*OFFLINE, "ERR_FAILED")) as page:
        await page.route("**/events", lambda route: route.abort())
        await open_page(page, sitting)
        await page.context.set_offline(True)
        await write(page, "print('no stream')")
        await expect(page.locator("#save-state")).to_have_text("Not saved yet – trying again", timeout=SAVE_TIMEOUT_MS)
        await page.context.set_offline(False)
        await saved(page)
        assert await drafts(sitting) == {"python3": "print('no stream')"}


async def test_a_save_whose_answer_was_lost_is_acknowledged_and_kept_once(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    lost: list[int] = []

    async def lose_the_answer(route: Route) -> None:
        if lost:
            await route.continue_()
            return
        answer = await route.fetch()
        lost.append(answer.status)
        await route.abort()

    async with tab(browser, site, sitting.candidate, expected=("ERR_FAILED",)) as page:
        await page.route("**/items/1/journal", lose_the_answer)
        await open_page(page, sitting)
        await write(page, "print('once')")
        await expect(page.locator("#save-state")).to_have_text("Not saved yet – trying again", timeout=SAVE_TIMEOUT_MS)
        await add(page, "  # more")
        await expect(page.locator("#save-state")).to_contain_text("Saved", timeout=LIVE_TIMEOUT_MS)
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        item = (await sitting.get())["items"][0]
        assert lost == [200]
        assert (item["revision"], item["drafts"][0]["source"]) == (2, "print('once')  # more")
        assert (await sitting.get("/asides"))["asides"] == []


async def test_the_clock_of_the_device_changes_nothing(site: Site, browser: Browser) -> None:
    """Complaints: a changed clock opened and closed the exam; a clock five minutes slow threw a candidate out."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.add_init_script(
            "const real = Date.now; let off = -3e5; Date.now = () => real() + off; window.shift = (ms) => { off = ms; };"
        )
        await open_page(page, sitting)
        # The hour, and the seconds of a slow start given back; the clock of the device would change it by five minutes.
        assert (await page.locator("#clock").inner_text()).startswith(("59:", "1:00:"))
        await write(page, "print('slow')")
        await saved(page)
        await page.evaluate("window.shift(36e5 * 48)")
        await add(page, "  # and two days later")
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert (await page.locator("#clock").inner_text()).startswith(("59:", "1:00:"))
        await expect(page.locator("#trouble")).to_be_hidden()
        assert await drafts(sitting) == {"python3": "print('slow')  # and two days later"}


async def test_a_browser_without_a_database_says_so_and_loses_nothing(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=503, content_type="application/problem+json", body='{"code": "database-unavailable"}')

    async with tab(browser, site, sitting.candidate, expected=("503",)) as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await page.add_init_script(
            "Object.defineProperty(window, 'indexedDB', { get() { throw new DOMException('no', 'SecurityError'); } });"
        )
        await page.route("**/journal", refuse)
        await open_page(page, sitting)
        await expect(page.locator("#keeping")).to_contain_text("gives little room")
        await write(page, "print('kept all the same')")
        await expect(page.locator("#save-state")).to_have_text("Not saved yet – trying again", timeout=SAVE_TIMEOUT_MS)
        await page.unroute("**/journal")
        await page.reload()
        await expect(page.locator(".cm-content:visible")).to_have_text("print('kept all the same')", timeout=LIVE_TIMEOUT_MS)
        await saved(page)
        assert await drafts(sitting) == {"python3": "print('kept all the same')"}


async def test_the_page_can_be_reloaded_while_the_line_is_down(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    expected = (*OFFLINE, "ERR_FAILED")
    async with tab(browser, site, sitting.candidate, expected=expected, service_workers="allow") as page:
        page.on("dialog", lambda dialog: dialog.accept())
        await open_page(page, sitting)
        await page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        await page.reload()
        await page.wait_for_function(PAGE_IS_KEPT, timeout=LIVE_TIMEOUT_MS)
        await write(page, "print('before')")
        await saved(page)
        await page.context.set_offline(True)
        await add(page, "  # offline")
        await page.wait_for_function(KEPT_EDITS, arg="  # offline")
        await page.reload()
        await expect(page.locator(".cm-content:visible")).to_have_text("print('before')  # offline", timeout=LIVE_TIMEOUT_MS)
        await expect(page.locator("#clock")).to_contain_text("≈")
        await expect(page.locator(".cm-content:visible")).not_to_have_attribute(
            "aria-readonly", "true", timeout=LIVE_TIMEOUT_MS
        )
        await add(page, "  # and after")
        await page.wait_for_function(KEPT_EDITS, arg="  # and after")
        await page.context.set_offline(False)
        await expect(page.locator("#save-count")).to_have_text("", timeout=LIVE_TIMEOUT_MS)
        await expect(page.locator("#clock")).not_to_contain_text("≈")
        assert await drafts(sitting) == {"python3": "print('before')  # offline  # and after"}
        await page.get_by_role("link", name="Finish").click()
        await page.get_by_role("button", name="Finish for good").click()
        await expect(page.get_by_role("heading", name="Your exam is over")).to_be_visible()
        await page.wait_for_function("async () => (await caches.keys()).length === 0", timeout=LIVE_TIMEOUT_MS)


async def test_what_was_written_offline_over_the_deadline_waits_for_a_person(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=(*OFFLINE, "ERR_FAILED", "409")) as page:
        await page.route("**/events", lambda route: route.abort())
        await open_page(page, sitting)
        await turn_back(site, sitting, timedelta(minutes=59, seconds=25))
        await write(page, "print('in time')")
        await saved(page)
        await page.context.set_offline(True)
        await add(page, "  # in the last seconds")
        await expect(page.locator("#trouble")).to_contain_text("only a person can decide", timeout=60_000)
        await add(page, "  # and later")
        await page.wait_for_function(KEPT_EDITS, arg="  # and later")
        await turn_back(site, sitting, timedelta(seconds=SAVE_GRACE_S + 2))
        resources = RegistryResources(site.database.registry, site.settings, lambda: datetime.now(UTC))
        await seal_session.run(resources, UUID(sitting.session_id))
        await page.context.set_offline(False)
        await expect(page.get_by_role("heading", name="Your exam is over")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
        kept = [one for one in (await sitting.get("/asides"))["asides"] if one["reason"] == "late"]
        assert kept[-1]["source"] == "print('in time')  # in the last seconds  # and later"
        state = await sitting.get()
        assert state["items"][0]["drafts"][0]["source"] == "print('in time')"


async def test_an_earlier_text_can_be_taken_up_again(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.clock.install()
        await open_page(page, sitting)
        await write(page, "print('good')")
        await saved(page)
        await page.clock.fast_forward("01:00")
        await write(page, "print('spoilt')")
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        await page.get_by_role("button", name="Earlier texts").first.click()
        dialog = page.get_by_role("dialog", name="Earlier texts of task 1")
        await expect(dialog.get_by_role("listitem")).to_have_count(2)
        await dialog.get_by_role("listitem").last.get_by_role("button").click()
        await expect(dialog.locator("pre")).to_have_text("print('good')")
        await assert_accessible(page)
        await dialog.get_by_role("button", name="Go back to this text").click()
        await expect(page.locator(".cm-content:visible")).to_have_text("print('good')")
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": "print('good')"}
        assert (await sitting.get())["items"][0]["revision"] >= 3


async def test_earlier_texts_of_another_machine_are_offered_too(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, KAZAKH)
        await saved(page)
    await site.database.admin.execute("UPDATE journal_entry SET saved_at = saved_at - interval '5 minutes'")

    async with tab(browser, site, sitting.candidate, expected=("409", "ERR_FAILED")) as page:
        await open_page(page, sitting)
        await page.get_by_role("button", name="Go on here").click()
        await expect(page.locator("#elsewhere")).to_be_hidden(timeout=LIVE_TIMEOUT_MS)
        await write(page, CODE)
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        await page.get_by_role("button", name="Earlier texts").first.click()
        dialog = page.get_by_role("dialog", name="Earlier texts of task 1")
        await expect(dialog.get_by_role("listitem")).to_have_count(2)
        await expect(dialog.locator("[data-history-state]")).to_have_text("")
        await dialog.get_by_role("listitem").last.get_by_role("button").click()
        await expect(dialog.locator("pre")).to_have_text(KAZAKH)
        await dialog.get_by_role("button", name="Go back to this text").click()
        await expect(page.locator(".cm-content:visible")).to_contain_text("ұмытылмайды")
        await expect(page.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": KAZAKH}

        await page.route("**/journal?after=*", lambda route: route.abort())
        await page.get_by_role("button", name="Earlier texts").first.click()
        await expect(dialog.locator("[data-history-state]")).to_contain_text("The server cannot be reached")
        await expect(dialog.get_by_role("listitem").first).to_be_visible()


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1440, False)])
async def test_what_is_saved_is_shown_and_its_receipts_prove_it(site: Site, browser: Browser, width: int, dark: bool) -> None:
    """Complaint: ticks said "saved" and were lost."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await open_page(page, sitting)
        await write(page, "print(1)")
        await saved(page)
        await page.get_by_role("button", name="What is saved").click()
        dialog = page.get_by_role("dialog", name="What is saved")
        item = (await sitting.get())["items"][0]
        row = dialog.get_by_role("row").nth(1)
        await expect(row).to_contain_text(item["head"][:12])
        await assert_accessible(page)
        async with page.expect_download() as starting:
            await dialog.get_by_role("button", name="Download receipts").click()
        download = await starting.value
        proof = read_proof(Path(await download.path()).read_bytes())
        assert {step.state for step in check(proof, None, ())} <= {StepState.PROVEN, StepState.NOT_CHECKED}


async def test_the_first_load_is_light(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        network: Any = await page.context.new_cdp_session(page)
        await network.send("Network.enable")
        loaded: list[float] = []
        scripts: list[str] = []

        def count(event: dict[str, Any]) -> None:
            loaded.append(event["encodedDataLength"])

        def see(event: dict[str, Any]) -> None:
            address = str(event["request"]["url"])
            if "/static/build/" in address:
                scripts.append(address.partition("?")[0])

        network.on("Network.loadingFinished", count)
        network.on("Network.requestWillBeSent", see)
        await open_page(page, sitting)
        await page.wait_for_load_state("load")
        print(f"exam page, first load: {len(loaded)} files, {sum(loaded) / 1000:.1f} kB compressed")  # noqa: T201 - a figure
        assert sum(loaded) <= FIRST_LOAD_MAX_BYTES
        assert len(scripts) == len(set(scripts)), "a part of the script is fetched twice"
