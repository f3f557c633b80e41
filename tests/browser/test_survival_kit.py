"""A survival kit, opened from a disk in a browser that has no network: what was genuine verifies, what was changed does not."""

import json
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from app.survival_kit import NothingToKeep, write_kit
from certificates.issuer import Issuer
from certificates.keyring import custody
from certificates.keys import FileSafe, make_key, open_office
from certificates.log.monitor import BEGINNING, visit
from certificates.publishing import publish_key_document
from certificates.trust import read_trust
from tests.fixtures.browser import assert_accessible
from tests.fixtures.verifying import CENTRE, HOLDERS, REASON, Certified, certify_two
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Made:
    """A kit on the disk, and what the centre had issued."""

    folder: Path
    issued: Certified


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def kit(module_site: Site, tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The kit of a centre with two certificates, one of them revoked."""
    zone, now = ZoneInfo("Asia/Almaty"), datetime.now(UTC)
    async with module_site.database.web.acquire() as db:
        with pytest.raises(NothingToKeep):
            await write_kit(db, tmp_path_factory.mktemp("nothing"), CENTRE, zone, now)
    issued = await certify_two(module_site)
    folder = tmp_path_factory.mktemp("kit") / "survival kit"
    async with module_site.database.web.acquire() as db:
        await write_kit(db, folder, CENTRE, zone, datetime.now(UTC))
    return Made(folder, issued)


@asynccontextmanager
async def opened(
    browser: Browser, kit: Made, name: str = "index.html", *, width: int = 1440, dark: bool = False
) -> AsyncGenerator[Page]:
    """The page of the kit, as a double click opens it; the network is cut before."""
    context = await browser.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    await context.set_offline(True)
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    try:
        await page.goto((kit.folder / name).as_uri())
        await page.locator("#verifier[data-state=ready]").wait_for()
        yield page
        # axe-core asks for the style sheet, which the policy of the page refuses, as it should.
        assert [one for one in complaints if "connect-src 'none'" not in one] == []
        assert all(address.startswith(("file://", "blob:", "data:")) for address in asked)
        assert await page.evaluate("document.documentElement.scrollWidth") <= width, "the page scrolls sideways"
    finally:
        await context.close()


async def choose(page: Page, data: bytes) -> None:
    await page.locator("#certificate").set_input_files({"name": "a.json", "mimeType": "application/json", "buffer": data})
    await page.locator("#verifier[data-state=done]").wait_for()


async def test_a_certificate_is_verified_from_the_disk_and_a_changed_one_is_refused(browser: Browser, kit: Made) -> None:
    async with opened(browser, kit) as page:
        await choose(page, kit.issued.good.bundle)
        await expect(page.locator(".verdict h2")).to_have_text("Verified")
        await expect(page.locator(".steps > .is-ok")).to_have_count(9)
        await expect(page.locator(".facts dd").first).to_have_text(HOLDERS[0])
    async with opened(browser, kit) as page:
        await choose(page, kit.issued.good.bundle.replace(b'"87.5"', b'"97.5"'))
        await expect(page.locator(".verdict h2")).to_have_text("The first signature does not fit")
        await expect(page.locator(".verdict")).to_have_class(re.compile("verdict-bad"))


async def test_a_revoked_certificate_is_revoked_by_the_list_in_the_kit(browser: Browser, kit: Made) -> None:
    async with opened(browser, kit, "kk.html") as page:
        await choose(page, kit.issued.revoked.bundle)
        await expect(page.locator("#verifier")).to_have_attribute("data-verified", "false")
        await expect(page.locator(".steps > .is-bad")).to_contain_text("Күші жойылған")


async def test_the_code_on_paper_finds_its_entry_in_the_log_of_the_kit(browser: Browser, kit: Made) -> None:
    async with opened(browser, kit, "ru.html") as page:
        await page.locator("#pasted").fill(kit.issued.front)
        await page.locator("form:has(#pasted) .button").click()
        await page.locator("#verifier[data-state=done]").wait_for()
        await expect(page.locator(".steps > li").nth(5)).to_have_class("is-ok")
        await expect(page.locator(".answer").first).to_contain_text("Подлинный")


async def test_years_later_the_kit_says_what_it_knows_and_what_it_cannot_know(browser: Browser, kit: Made) -> None:
    async with opened(browser, kit) as page:
        await page.clock.set_fixed_time(datetime.now(UTC) + timedelta(days=365 * 20))
        await choose(page, kit.issued.good.bundle)
        await expect(page.locator(".verdict h2")).to_contain_text("on the day of this kit")
        await expect(page.locator(".verdict")).to_have_class(re.compile("verdict-warn"))
        await expect(page.locator(".answer").nth(1)).to_contain_text("Good")


async def test_what_was_downloaded_before_a_key_of_the_log_was_withdrawn_is_proven_from_the_log_of_the_kit(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    issued = await certify_two(site)
    now = datetime.now(UTC)
    office = open_office(Issuer(site.settings.public_url, CENTRE), site.settings.keys_dir, now)
    stolen = office.log_signer.name
    make_key(FileSafe(site.settings.keys_dir), site.settings.keys_dir, "log", now)
    office = open_office(office.issuer, site.settings.keys_dir, now)
    async with site.database.registry.acquire() as db:
        await custody.introduce(db, office, now)
        async with db.transaction():
            await custody.revoke(db, office, stolen, None, ("First Custodian", "Second Custodian"), now)
        await publish_key_document(db, office, now)
        await write_kit(db, tmp_path / "kit", CENTRE, ZoneInfo("Asia/Almaty"), now)
    made = Made(tmp_path / "kit", issued)
    async with opened(browser, made) as page:
        await choose(page, issued.good.bundle)
        await expect(page.locator(".verdict h2")).to_have_text("Verified")
    async with opened(browser, made) as page:
        await page.locator("#pasted").fill(issued.second)
        await page.locator("form:has(#pasted) .button").click()
        await page.locator("#verifier[data-state=done]").wait_for()
        await expect(page.locator(".steps > li").nth(5)).to_have_class("is-ok")


@pytest.mark.parametrize(("width", "dark"), [(320, False), (1440, True)])
async def test_the_page_of_the_kit_is_accessible(browser: Browser, kit: Made, width: int, dark: bool) -> None:
    async with opened(browser, kit, width=width, dark=dark) as page:
        await choose(page, kit.issued.good.bundle)
        await assert_accessible(page)


def test_there_is_no_personal_data_in_the_kit(kit: Made) -> None:
    files = [path for path in kit.folder.rglob("*") if path.is_file()]
    secrets = [
        *HOLDERS,
        kit.issued.good.serial,
        kit.issued.revoked.serial,
        json.loads(kit.issued.good.bundle)["log"]["salt"],
        REASON,
    ]
    spellings = {spelling for secret in secrets for spelling in (secret, json.dumps(secret)[1:-1])}
    for path in files:
        if path.suffix not in {".css", ".svg"} and path.name != "verifier.js":
            content = path.read_bytes()
            assert not [spelling for spelling in spellings if spelling.encode() in content], path.name
    assert {"index.html", "kk.html", "ru.html", "kit.js", "README.txt", "SHA256SUMS"} <= {path.name for path in files}


def test_the_log_in_the_kit_is_the_log(kit: Made) -> None:
    issuer = read_trust((kit.folder / "keys/did.json").read_bytes())
    assert issuer.log_origin is not None
    found = visit(
        lambda path: (kit.folder / "log" / path).read_bytes(),
        issuer.log_origin,
        [key.public_key for key in issuer.log_keys],
        BEGINNING,
    )
    assert found.added == {"issue": 2, "revoke": 1}
