"""Archives and numbers, on a phone and on a desk: the answers appear, and the centre does not hear which number was looked up.

PICTURES=var/pictures .venv/bin/pytest tests/browser/test_bulk_pages.py      # keeps a picture of every page
"""

import io
import os
import re
import zipfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, FilePayload, Page, Request, Route, expect

from certificates.issuer import Issuer
from certificates.issuing import Issued, issue
from certificates.keys import open_office
from certificates.number_lookup import BITS_MAX, CROWD_LEAST
from certificates.serial import new_serial
from tests.certificates.centre import claim
from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

PICTURES = os.environ.get("PICTURES")


async def seen(page: Page, name: str) -> None:
    """Look at a page as every page is looked at."""
    await assert_accessible(page)
    if PICTURES:
        width = await page.evaluate("innerWidth")
        dark = "dark" if await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
        await page.screenshot(path=Path(PICTURES) / f"{name}-{width}-{dark}.png", full_page=True)


async def issued(site: Site) -> Issued:
    now = datetime.now(UTC) - timedelta(minutes=1)
    office = open_office(Issuer(site.settings.public_url, "The test centre"), site.settings.keys_dir, now)
    async with site.database.registry.acquire() as db:
        return await issue(db, office, claim(awarded_at=now), now)


@pytest.mark.parametrize(("width", "dark"), [(320, True), (1440, False)])
async def test_numbers_are_looked_up_without_the_centre_hearing_which(
    site: Site, browser: Browser, width: int, *, dark: bool
) -> None:
    certificate = await issued(site)
    unknown = new_serial()
    asked: list[str] = []
    async with tab(browser, site, width=width, height=844, dark=dark) as page:

        def note(request: Request) -> None:
            asked.append(f"{request.url} {request.post_data}")

        page.on("request", note)
        await page.goto("/verify/numbers")
        await page.get_by_label("Certificate numbers, one in each line").fill(
            f"{certificate.serial.lower().replace('-', ' ')}\n{unknown}\n{certificate.serial[:-1]}?\n"
        )
        await page.get_by_role("button", name="Look up", exact=True).click()
        found = page.locator("#numbers-found > li")
        await expect(found).to_have_count(3)
        await expect(found.nth(0)).to_contain_text("Good")
        await expect(found.nth(0)).to_contain_text("Junior software developer")
        await expect(found.nth(0)).to_contain_text(re.compile(r"developer, \d{1,2} [A-Z][a-z]+ \d{4}$"))
        await expect(found.nth(1)).to_contain_text("has not issued")
        await expect(found.nth(2)).to_contain_text("typing error")
        await seen(page, "numbers")
    assert not any(certificate.serial in one or unknown in one for one in asked)
    assert any("/api/numbers/0-0" in one for one in asked)


@pytest.mark.parametrize(("bits", "crowds"), [(BITS_MAX + 1, 0), (32, 0), (BITS_MAX, 1)])
async def test_a_centre_that_would_learn_which_number_it_is_is_asked_nothing_more(
    site: Site, browser: Browser, bits: int, crowds: int
) -> None:
    numbers = [new_serial() for _ in range(3)]
    asked: list[str] = []

    async def answer(route: Route) -> None:
        asked.append(route.request.url)
        is_crowd = not route.request.url.endswith("/api/numbers")
        entries = {"entries": [{"hash": "", "sealed": ""}] * (CROWD_LEAST - 1)} if is_crowd else {}
        await route.fulfill(json={"bits": bits, **entries})

    async with tab(browser, site, width=320, height=844, dark=False) as page:
        await page.route("**/api/numbers**", answer)
        await page.goto("/verify/numbers")
        await page.get_by_label("Certificate numbers, one in each line").fill("\n".join(numbers))
        await page.get_by_role("button", name="Look up", exact=True).click()
        await expect(page.get_by_text("would learn which one")).to_have_count(len(numbers))
        await seen(page, "numbers-telling")
    assert len(asked) == 1 + crowds


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1440, True)])
async def test_an_archive_is_handed_over_and_answered(site: Site, browser: Browser, width: int, *, dark: bool) -> None:
    certificate = await issued(site)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as members:
        members.writestr("good.sarap.json", certificate.bundle)
        members.writestr("changed.sarap.json", certificate.bundle.replace(b'"value":"87.5"', b'"value":"97.5"'))
    async with tab(browser, site, width=width, height=844, dark=dark) as page:
        await page.goto("/verify/many")
        await seen(page, "many")
        await page.get_by_label("Zip archive of certificate files").set_input_files(
            FilePayload(name="many.zip", mimeType="application/zip", buffer=archive.getvalue())
        )
        await page.get_by_role("button", name="Verify all", exact=True).click()
        await expect(page.get_by_text("2 files were checked.")).to_be_visible()
        await expect(page.get_by_text("changed.sarap.json")).to_be_visible()
        await seen(page, "many-answers")
