"""The editor of the exam page: several files, faults at their lines, comparisons, own input, views, keyboard alone."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, Route, expect

from app.live import notify
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.candidates import Sitting, start_exam
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES")

SAVE_TIMEOUT_MS = 15_000
LIVE_TIMEOUT_MS = 30_000
"""Two busy cores are slow."""


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


async def picture(page: Page, name: str) -> None:
    """Keep what is seen, for people to look at."""
    if PICTURES:
        await page.screenshot(path=Path(PICTURES) / f"{name}.png")


async def draft(sitting: Sitting) -> tuple[str, dict[str, str]]:
    """The newest draft of the first task: its main text and its further files."""
    item = (await sitting.get())["items"][0]
    nothing: dict[str, Any] = {"revision": 0, "source": "", "files": {}}
    newest: dict[str, Any] = max([nothing, *item["drafts"]], key=lambda one: one["revision"])
    return newest["source"], newest["files"]


async def kept(sitting: Sitting, source: str, files: dict[str, str]) -> None:
    """Wait until exactly this program is the newest draft: the page sends a burst of typing when it ends."""
    async with asyncio.timeout(SAVE_TIMEOUT_MS / 1000):
        while await draft(sitting) != (source, files):
            await asyncio.sleep(0.2)


async def add_file(page: Page, name: str) -> None:
    await page.locator("[data-file-add]:visible").click()
    await page.get_by_label("Name of the new file").fill(name)
    await page.keyboard.press("Enter")


async def report(site: Site, sitting: Sitting, facts: dict[str, Any]) -> None:
    """What the judging worker would say of the newest run."""
    run_id = await site.database.admin.fetchval("SELECT sample_run_id FROM sample_run ORDER BY requested_at DESC LIMIT 1")
    empty: dict[str, Any] = {"verdict": None, "undetermined": None, "compile_log": "", "samples": [], "own": None}
    whole = empty | facts
    await site.database.judging.execute("INSERT INTO sample_run_report VALUES ($1, $2, now())", run_id, whole)
    async with site.database.judging.acquire() as db:
        await notify(db, f"session:{sitting.session_id}")


async def test_further_files_are_added_renamed_removed_and_saved(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "import helper")
        await add_file(page, "helper.py")
        tabs = page.locator(".file-tab:visible")
        await expect(tabs).to_have_text(["main.py", "helper.py"])
        await expect(page.locator(".cm-content:visible")).to_be_focused()
        await page.keyboard.insert_text("x = 'қала'")
        await kept(sitting, "import helper", {"helper.py": "x = 'қала'"})
        await assert_accessible(page)
        await picture(page, "files-1440")

        await page.locator("[data-file-rename]:visible").click()
        await page.get_by_label("New name of helper.py").fill("other.py")
        await page.keyboard.press("Enter")
        await expect(tabs).to_have_text(["main.py", "other.py"])
        await tabs.nth(0).click()
        await expect(page.locator(".cm-content:visible")).to_have_text("import helper")
        await page.reload()
        await expect(tabs).to_have_text(["main.py", "other.py"])
        await tabs.nth(1).click()
        await expect(page.locator(".cm-content:visible")).to_have_text("x = 'қала'")
        await page.locator("[data-file-remove]:visible").click()
        await page.get_by_role("button", name="Remove the file").click()
        await expect(tabs).to_have_text(["main.py"])
        await kept(sitting, "import helper", {})
        await expect(page.locator("[data-file-remove]:visible")).to_have_count(0)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("../up.py", "begins with a Latin letter"),
        ("Main.PY", "There is a file of this name"),
        ("notes.txt", "a name ends in .py"),
        ("", "begins with a Latin letter"),
    ],
)
async def test_a_name_that_cannot_be_is_refused_with_its_reason(site: Site, browser: Browser, name: str, words: str) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await add_file(page, name)
        await expect(page.locator("[data-file-form]:visible")).to_contain_text(words)
        await expect(page.get_by_label("Name of the new file")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator(".file-tab:visible")).to_have_text(["main.py"])


async def test_each_language_keeps_its_files_and_undo_belongs_to_its_file(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "print(1)")
        await add_file(page, "a.py")
        await page.keyboard.insert_text("first")
        await page.get_by_label("Language", exact=True).locator("visible=true").select_option("cpp")
        await expect(page.locator(".file-tab:visible")).to_have_text(["main.cpp"])
        await add_file(page, "tree.h")
        await page.keyboard.insert_text("int f();")
        await page.get_by_label("Language", exact=True).locator("visible=true").select_option("python3")
        await expect(page.locator(".file-tab:visible")).to_have_text(["main.py", "a.py"])
        await page.locator(".file-tab:visible").nth(1).click()
        await expect(page.locator(".cm-content:visible")).to_have_text("first")
        await page.locator(".cm-content:visible").click()
        await page.keyboard.press("ControlOrMeta+Z")
        await expect(page.locator(".cm-content:visible")).to_have_text("")
        await page.keyboard.press("ControlOrMeta+Y")
        await expect(page.locator(".cm-content:visible")).to_have_text("first")
        await saved(page)
        item = (await sitting.get())["items"][0]
        assert {one["language"]: sorted(one["files"]) for one in item["drafts"]} == {"python3": ["a.py"], "cpp": ["tree.h"]}


async def test_a_reset_brings_the_template_and_undo_the_text(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await write(page, "print(1)")
        await page.locator("[data-reset]:visible").click()
        await page.get_by_role("button", name="Replace it").click()
        await expect(page.locator(".cm-content:visible")).to_contain_text("import sys")
        await page.keyboard.press("ControlOrMeta+Z")
        await expect(page.locator(".cm-content:visible")).to_have_text("print(1)")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
async def test_compile_faults_are_marked_listed_and_jumped_to(site: Site, browser: Browser, width: int, dark: bool) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await open_page(page, sitting)
        await page.get_by_label("Language", exact=True).locator("visible=true").select_option("cpp")
        await write(page, "int main() {\n  return nope;\n}\n")
        await add_file(page, "tree.cpp")
        await page.keyboard.insert_text('int f() {\n  return "x";\n}\n')
        async with page.expect_response("**/sample-runs"):
            await page.locator("[data-run]:visible").click()
        log = (
            "main.cpp: In function ‘int main()’:\nmain.cpp:2:10: error: ‘nope’ was not declared in this scope\n"
            "tree.cpp:2:10: error: invalid conversion from ‘const char*’ to ‘int’ [-fpermissive]\n"
        )
        await report(site, sitting, {"verdict": "CE", "compile_log": log})
        faults = page.locator("[data-samples]:visible .fault-jump")
        await expect(faults).to_have_count(2, timeout=LIVE_TIMEOUT_MS)
        await expect(page.locator(".cm-line.fault-line-error:visible")).to_contain_text('return "x"')
        await faults.nth(0).focus()
        await page.keyboard.press("Enter")
        await expect(page.locator(".file-tab[aria-selected=true]:visible")).to_contain_text("main.cpp")
        await expect(page.locator(".cm-content:visible")).to_be_focused()
        await expect(page.locator(".cm-line.fault-line-error:visible")).to_contain_text("return nope;")
        await page.keyboard.insert_text("0+")
        await expect(page.locator(".cm-line.fault-line-error:visible")).to_have_text("  return 0+nope;")
        await assert_accessible(page)
        await picture(page, f"faults-{width}")


@pytest.mark.parametrize(("width", "dark"), [(1440, True), (390, False)])
async def test_the_first_difference_is_marked_on_both_sides_and_spaces_can_be_seen(
    site: Site, browser: Browser, width: int, dark: bool
) -> None:
    sitting = await start_exam(site)
    sample = {"name": "sample/1", "input": "1 2\n", "answer": "7 3\n8 9\n", "interaction": ""}
    await site.database.admin.execute("UPDATE task SET samples = $1", [sample])
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await open_page(page, sitting)
        await write(page, "print(7, 3)")
        async with page.expect_response("**/sample-runs"):
            await page.locator("[data-run]:visible").click()
        result = {
            "name": "sample/1", "verdict": "WA", "cpu_time_us": 11_000, "wall_time_us": 12_000, "memory_kib": 9000,
            "output": "7  3\n8\t10\n", "error": "", "reason": "", "message": "", "heard": "",
            "difference": {"token": 4, "expected": "9", "actual": "10", "kind": "token"},
        }  # fmt: skip
        await report(site, sitting, {"verdict": "WA", "samples": [result]})
        marks = page.locator("[data-samples]:visible mark")
        await expect(marks).to_have_text(["9", "10"], timeout=LIVE_TIMEOUT_MS)
        await page.locator("[data-open=view]:visible").click()
        await page.get_by_label("shown as signs").check()
        await page.get_by_role("button", name="Close", exact=True).click()
        actual = page.locator("[data-samples]:visible figure").nth(2).locator("pre")
        assert await actual.inner_text() == "7  3\n8\t10\n"
        signs = await actual.locator(".space").evaluate_all("found => found.map(one => one.dataset.sign).join('')")
        assert signs == "··↵→↵"
        assert await actual.locator(".space").first.evaluate("one => getComputedStyle(one, '::before').content") == '"·"'
        await actual.scroll_into_view_if_needed()
        await assert_accessible(page)
        await picture(page, f"difference-{width}")


async def test_typing_over_a_text_that_another_tab_writes_changes_nothing(site: Site, browser: Browser) -> None:
    """A read-only editor refuses the keys itself: the browser's own attempt would carry a style, against the policy."""
    sitting = await start_exam(site)
    await sitting.save(1, "python3", "def main() -> None:\n    return None  # қала")
    async with tab(browser, site, sitting.candidate, expected=("409",)) as page:
        await open_page(page, sitting)
        editor = page.locator(".cm-content:visible")
        await expect(page.locator("#elsewhere")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
        await expect(editor).to_have_attribute("aria-readonly", "true")
        await expect(editor.locator(".cm-line span[class]").first).to_be_visible()  # it has its colours
        before = await editor.inner_text()
        await write(page, "print(1)")
        await page.keyboard.type("x")
        await page.keyboard.press("Backspace")
        await expect(editor).to_have_text(before)
        assert (await draft(sitting))[0] == "def main() -> None:\n    return None  # қала"


async def test_a_run_on_ones_own_input_shows_what_came_and_no_verdict(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    # On a slow machine the page that is left still holds its tab when the new one begins, which then asks who writes.
    async with tab(browser, site, sitting.candidate, expected=("409",)) as page:
        await open_page(page, sitting)
        await write(page, "print(input())")
        await page.get_by_text("Run on your own input").locator("visible=true").click()
        await page.locator("[data-own-input]:visible").fill("қала\n")
        async with page.expect_response("**/sample-runs"):
            await page.locator("[data-run-own]:visible").click()
        assert await site.database.admin.fetchval("SELECT input FROM sample_run") == "қала\n"
        own = {"ending": "exited 1", "cpu_time_us": 20_000, "wall_time_us": 1, "memory_kib": 9000}
        await report(site, sitting, {"own": own | {"output": "<b>қала</b>\n", "error": "Traceback"}})
        shown = page.locator("[data-samples]:visible")
        await expect(shown).to_contain_text("<b>қала</b>", timeout=LIVE_TIMEOUT_MS)
        await expect(shown).to_contain_text("Traceback")
        await expect(shown.locator(".tag-ok, .tag-bad")).to_have_count(0)
        await page.reload()
        await expect(page.locator("[data-own-input]:visible")).to_have_value("қала\n")
        await picture(page, "own-input")


async def test_the_views_are_chosen_and_stay(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        for theme in ("dark", "high contrast", "light"):
            await page.locator("[data-open=view]:visible").click()
            await page.get_by_label(theme, exact=True).check()
            await assert_accessible(page)
            await picture(page, f"view-{theme.replace(' ', '-')}")
            await page.get_by_role("button", name="Close", exact=True).click()
            await assert_accessible(page)
            await picture(page, f"theme-{theme.replace(' ', '-')}")
        await page.locator("[data-open=view]:visible").click()
        await page.get_by_label("the task above").check()
        await page.keyboard.press("Escape")
        task, bench = page.locator(".statement:visible"), page.locator(".workbench:visible")
        over, under = await task.bounding_box(), await bench.bounding_box()
        assert over is not None
        assert under is not None
        assert over["y"] + over["height"] <= under["y"]
        await picture(page, "layout-above")
        await page.locator("[data-open=view]:visible").click()
        await page.get_by_label("the editor only").check()
        await page.keyboard.press("Escape")
        await expect(page.locator(".statement").first).to_be_hidden()
        await page.reload()
        await expect(page.locator(".cm-content:visible")).to_be_visible()
        await expect(page.locator(".statement").first).to_be_hidden()


async def test_the_border_moves_by_keys_by_pointer_and_by_buttons(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        divider = page.locator("[data-divider]:visible")

        async def task_width() -> float:
            box = await page.locator(".statement:visible").bounding_box()
            assert box is not None
            return box["width"]

        first = await task_width()
        await divider.focus()
        await page.keyboard.press("ArrowRight")
        await expect(divider).to_have_attribute("aria-valuenow", "46")
        wider = await task_width()
        assert wider > first
        await page.locator("[data-open=view]:visible").click()
        await page.get_by_role("button", name="smaller", exact=True).click()
        await expect(divider).to_have_attribute("aria-valuenow", "42")
        await page.keyboard.press("Escape")
        box = await divider.bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + 5, box["y"] + 200)
        await page.mouse.down()
        await page.mouse.move(box["x"] - 200, box["y"] + 200)
        await page.mouse.up()
        assert await task_width() < first
        await page.keyboard.press("Enter")
        await expect(divider).to_have_attribute("aria-valuenow", "42")


async def test_the_whole_room_by_keyboard(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await page.locator(".cm-content:visible").focus()
        await page.keyboard.press("Tab")
        await expect(page.locator(".cm-content:visible")).not_to_be_focused()
        await page.locator(".cm-content:visible").focus()
        await page.keyboard.type("x")
        await page.keyboard.press("Tab")
        await expect(page.locator(".cm-content:visible")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator("[data-run]:visible")).to_be_focused()
        await page.keyboard.press("F1")
        dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
        await expect(dialog).to_be_visible()
        await assert_accessible(page)
        await picture(page, "shortcuts")
        await page.keyboard.press("Escape")
        await expect(dialog).to_be_hidden()
        await expect(page.locator("[data-run]:visible")).to_be_focused()
        await page.locator(".cm-content:visible").focus()
        await page.keyboard.press("ControlOrMeta+F")
        await expect(page.get_by_placeholder("Find")).to_be_focused()
        await picture(page, "find")
        await assert_accessible(page)
        await page.keyboard.press("Escape")
        await expect(page.get_by_placeholder("Find")).to_have_count(0)
        await add_file(page, "a.py")
        await expect(page.locator(".cm-content:visible")).to_be_focused()
        await page.keyboard.press("Alt+PageUp")
        await expect(page.locator(".file-tab[aria-selected=true]:visible")).to_have_text("main.py")
        await page.locator(".file-tab[aria-selected=true]:visible").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.locator(".file-tab[aria-selected=true]:visible")).to_have_text("a.py")
        await page.locator(".cm-content:visible").focus()
        async with page.expect_response("**/sample-runs"):
            await page.keyboard.press("Control+Enter")


async def test_find_and_replace_speak_the_languages_of_the_page(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    for locale, words in (("kk", "Табу"), ("ru", "Найти")):
        await sitting.candidate.post("/language", data={"locale": locale})
        async with tab(browser, site, sitting.candidate, expected=("409",)) as page:  # the second is another tab
            await open_page(page, sitting)
            await page.locator(".cm-content:visible").focus()
            await page.keyboard.press("ControlOrMeta+F")
            await expect(page.get_by_placeholder(words)).to_be_focused()
            await picture(page, f"find-{locale}")


async def test_a_plain_field_edits_the_same_files(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await page.locator("button[data-plain]:visible").click()
        await page.locator(".editor-plain:visible").fill("import a")
        await add_file(page, "a.py")
        await page.locator(".editor-plain:visible").press_sequentially("y = '😀'")
        await kept(sitting, "import a", {"a.py": "y = '😀'"})
        await page.locator("button[data-plain]:visible").click()
        await expect(page.locator(".cm-content:visible")).to_have_text("y = '😀'")


async def test_the_toolchain_is_shown_as_the_worker_told_it(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    await site.database.judging.execute(
        """INSERT INTO judging_worker
            (worker_id, host, slots, runner, started_at, last_heard_at, state, reason, languages, engine)
        VALUES (gen_random_uuid(), 'here', 1, 'docker', now(), now(), 'working', '', '{python3}', $1)""",
        {"toolchains": {"python3": "Python 3.13.5"}},
    )
    async with tab(browser, site, sitting.candidate) as page:
        await open_page(page, sitting)
        await expect(page.locator("[data-toolchain]:visible")).to_have_text("Python 3.13.5")


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
async def test_two_languages_stand_beside_each_other_and_a_wrong_one_is_reported(
    site: Site, browser: Browser, width: int, dark: bool
) -> None:
    sitting = await start_exam(site)
    statements = {
        code: {"format": "md", "text": f"{words}\n"}
        for code, words in (("kk", "Екі санды қос."), ("ru", "Сложите два числа."), ("en", "Add two numbers."))
    }
    await site.database.admin.execute("UPDATE task SET statements = $1", statements)
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await open_page(page, sitting)
        statement = page.locator(".statement:visible")
        await statement.get_by_label("Beside it").select_option("kk")
        await expect(statement.locator("[data-statement]:visible")).to_have_text(["Екі санды қос.", "Add two numbers."])
        await expect(statement.locator("[lang=kk].statement-text")).to_be_visible()
        await statement.get_by_role("button", name="Орысша").or_(statement.get_by_role("button", name="Русский")).click()
        await expect(statement.locator("[data-statement]:visible")).to_have_text(["Екі санды қос.", "Сложите два числа."])
        await picture(page, f"two-languages-{width}")
        await statement.get_by_role("button", name="This translation is wrong").click()
        dialog = page.get_by_role("dialog", name="This translation is wrong")
        await expect(dialog.get_by_label("What is wrong")).to_be_focused()
        await expect(dialog.get_by_label("Language")).to_have_value("ru")
        await assert_accessible(page)
        await picture(page, f"translation-{width}")
        await dialog.get_by_role("button", name="Send").click()
        await expect(dialog).to_contain_text("Write what is wrong first.")
        await dialog.get_by_label("What is wrong").fill("«Сложите» → «Найдите сумму»")
        await dialog.get_by_role("button", name="Send").click()
        await expect(dialog).to_be_hidden()
        await expect(statement).to_contain_text("Thank you. The examiners have it.")
        kept = await site.database.admin.fetch("SELECT locale, words FROM translation_report")
        assert [tuple(row) for row in kept] == [("ru", "«Сложите» → «Найдите сумму»")]


@pytest.mark.parametrize(("width", "dark"), [(1440, False), (390, True)])
async def test_the_reference_is_there_where_the_scheme_allows_it(site: Site, browser: Browser, width: int, dark: bool) -> None:
    sitting = await start_exam(site)
    await site.database.admin.execute("""UPDATE scheme SET rules = '{"documentation": true}'""")
    async with tab(browser, site, sitting.candidate, width=width, dark=dark) as page:
        await open_page(page, sitting)
        await page.locator("[data-reference]:visible").click()
        dialog = page.get_by_role("dialog", name="Reference")
        await expect(dialog).to_contain_text("Numbers and their limits", timeout=LIVE_TIMEOUT_MS)
        await expect(dialog.get_by_role("heading", level=1)).to_contain_text("Python")
        await dialog.get_by_role("link", name="C++").click()
        await expect(dialog.get_by_role("heading", level=1)).to_contain_text("C++")
        await assert_accessible(page)
        await picture(page, f"reference-{width}")
        await page.keyboard.press("Escape")
        await expect(page.locator("[data-reference]:visible")).to_be_focused()


async def test_the_reference_is_nowhere_during_an_exam_that_forbids_it(site: Site) -> None:
    sitting = await start_exam(site)
    await site.database.admin.execute("""UPDATE scheme SET rules = '{"documentation": false}'""")
    assert (await sitting.candidate.get("/documentation/python3")).status_code == 404
    assert "data-reference" not in (await sitting.candidate.get(f"/sessions/{sitting.session_id}")).text
    await site.database.admin.execute("UPDATE session SET sealed_at = now(), seal_reason = 'finished'")
    shown = await sitting.candidate.get("/documentation/python3")
    assert shown.status_code == 200
    assert "collections" in shown.text
    assert (await sitting.candidate.get("/documentation/cobol")).status_code == 404


async def test_what_is_typed_before_codemirror_has_arrived_goes_on_in_it(site: Site, browser: Browser) -> None:
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        arrives = asyncio.Event()

        async def hold(route: Route) -> None:
            answer = await route.fetch()
            if "cm-content" in await answer.text():
                await arrives.wait()
            await route.fulfill(response=answer)

        await page.route("**/build/chunk-*.js", hold)
        await page.goto(f"/sessions/{sitting.session_id}")
        field = page.locator("textarea.editor-plain:not([readonly]):visible")
        await field.click(timeout=LIVE_TIMEOUT_MS)
        await page.keyboard.press("ControlOrMeta+A")
        await page.keyboard.insert_text("print('қала')")
        await saved(page)
        await page.keyboard.press("ArrowLeft")
        arrives.set()
        editor = page.locator(".cm-content:visible")
        await expect(editor).to_be_focused(timeout=LIVE_TIMEOUT_MS)
        await page.keyboard.insert_text(", 1")
        await expect(editor).to_have_text("print('қала', 1)")
        await expect(page.locator("textarea.editor-plain:visible")).to_have_count(0)
        await kept(sitting, "print('қала', 1)", {})
