"""The examiner's pages in a real browser: they follow the validation without a reload and are accessible."""

from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from app.auth.account import Role
from exams.ids import TaskId
from tests.app.test_judging_jobs import prove, resources
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.packages import write_package, zipped
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser


async def test_a_task_is_imported_and_its_page_follows_the_validation(site: Site, browser: Browser, tmp_path: Path) -> None:
    author, publisher = await site.person(Role.EXAMINER), await site.person(Role.EXAMINER)
    archive = tmp_path / "sum.zip"
    archive.write_bytes(zipped(write_package(tmp_path)))
    async with tab(browser, site, author) as page:
        await page.goto("/tasks")
        await page.get_by_label("Package").set_input_files(archive)
        await page.get_by_role("button", name="Import").click()
        await expect(page.get_by_role("heading", name="Sum", exact=True)).to_be_visible()
        await expect(page.get_by_text("0 of 2 reference solutions judged").first).to_be_visible()
        task_id = page.url.rpartition("/")[2]
        await prove(resources(site.database), (await _ids(site))[task_id])
        await expect(page.get_by_text("Ready to publish")).to_be_visible()
        await expect(page.get_by_role("button", name="Publish")).to_be_disabled()
    async with tab(browser, site, publisher) as page:
        await page.goto(f"/tasks/{task_id}")
        await page.get_by_role("button", name="Publish").click()
        await expect(page.get_by_text("Published", exact=True)).to_be_visible()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize("dark", [False, True])
async def test_the_pages_are_accessible_and_fit(site: Site, browser: Browser, tmp_path: Path, width: int, dark: bool) -> None:
    author = await site.person(Role.EXAMINER)
    changes = {"certification.yaml": None, "statement/problem.en.md": "Sum."}
    answer = await author.post("/tasks", files={"package": ("sum.zip", zipped(write_package(tmp_path, changes)))})
    path = answer.headers["location"]
    await prove(resources(site.database), (await _ids(site))[path.rpartition("/")[2]])
    async with tab(browser, site, author, width=width, dark=dark) as page:
        for address in ("/tasks", path):
            await page.goto(address)
            await assert_accessible(page)
            assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_a_refused_package_is_explained_in_place(site: Site, browser: Browser, tmp_path: Path) -> None:
    author = await site.person(Role.EXAMINER)
    archive = tmp_path / "broken.zip"
    archive.write_bytes(zipped(write_package(tmp_path, {"data/secret/1.ans": None})))
    async with tab(browser, site, author, expected=("422",)) as page:
        await page.goto("/tasks")
        await page.get_by_label("Package").set_input_files(archive)
        await page.get_by_role("button", name="Import").click()
        await expect(page.get_by_role("alert")).to_contain_text("answer-missing")
        await assert_accessible(page)


async def _ids(site: Site) -> dict[str, TaskId]:
    rows = await site.database.admin.fetch("SELECT task_id FROM task")
    return {str(row["task_id"]): TaskId(row["task_id"]) for row in rows}
