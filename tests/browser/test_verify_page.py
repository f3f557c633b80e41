"""The verify page checks in the visitor's browser: every way to bring a certificate, with the network cut; and no scripts."""

import asyncio
import math
import re
import shutil
import struct
import zlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import zxingcpp
from playwright.async_api import Browser, FilePayload, Page, Route, async_playwright, expect

from certificates import store
from certificates.bundle import read_bundle
from certificates.carriers.carrier import Kept
from certificates.carrying import log_proof_file
from tests.fixtures.browser import ARGUMENTS, tab
from tests.fixtures.verifying import HOLDERS, Certified, certify_two
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def issued(module_site: Site) -> Certified:
    return await certify_two(module_site)


@asynccontextmanager
async def offline(browser: Browser, site: Site, path: str = "/verify") -> AsyncGenerator[Page]:
    """The page when it is ready, with the network cut; whatever it asks for from then on fails the test."""
    async with tab(browser, site) as page:
        await page.goto(path)
        await page.locator("#verifier[data-state=ready]").wait_for()
        await page.context.set_offline(True)
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        yield page
        assert [address for address in asked if not address.startswith(("blob:", "data:"))] == []


async def verdict(page: Page, title: str) -> None:
    await page.locator("#verifier[data-state=done]").wait_for()
    await expect(page.locator(".verdict h2")).to_have_text(title)


def as_file(data: bytes, name: str = "a.sarap.json") -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=data)


def picture(text: str, width: int, height: int) -> bytes:
    """A code as a camera sees it, in shades of grey: dark on light, five points a module, in the middle."""
    zxing: Any = zxingcpp
    drawn = memoryview(zxing.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(scale=5))
    side, code = math.isqrt(drawn.nbytes), bytes(drawn)
    left, top = (width - side) // 2, (height - side) // 2
    assert left > 0 < top
    rows = [b"\xff" * width] * height
    for row in range(side):
        rows[top + row] = b"\xff" * left + code[row * side : (row + 1) * side] + b"\xff" * (width - left - side)
    return b"".join(rows)


def png(grey: bytes, width: int) -> bytes:
    """A picture as a file (PNG, RFC 2083)."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + grey[start : start + width] for start in range(0, len(grey), width))
    head = struct.pack(">IIBBBBB", width, len(grey) // width, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


async def test_a_file_is_checked_with_the_network_cut(module_site: Site, browser: Browser, issued: Certified) -> None:
    async with offline(browser, module_site) as page:
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle))
        await verdict(page, "Verified")
        await expect(page.locator(".steps > .is-ok")).to_have_count(9)
        await expect(page.locator(".facts dd").first).to_have_text(HOLDERS[0])
    async with offline(browser, module_site) as page:
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle.replace(b'"87.5"', b'"97.5"')))
        await verdict(page, "The first signature does not fit")
        await expect(page.locator(".verdict")).to_contain_text("Step 4 of 9")


async def test_the_newest_list_counts_and_not_the_one_in_the_file(
    module_site: Site, browser: Browser, issued: Certified
) -> None:
    async with offline(browser, module_site) as page:
        await page.locator("#certificate").set_input_files(as_file(issued.revoked.bundle))
        await verdict(page, "Revoked")


async def test_a_file_may_be_dropped_and_a_text_pasted(module_site: Site, browser: Browser, issued: Certified) -> None:
    async with offline(browser, module_site) as page:
        dropped = await page.evaluate_handle(
            """text => {
                const transfer = new DataTransfer();
                transfer.items.add(new File([text], "dropped.sarap.json"));
                return transfer;
            }""",
            issued.good.bundle.decode(),
        )
        await page.dispatch_event("main", "drop", {"dataTransfer": dropped})
        await verdict(page, "Verified")
        await expect(page.locator("#lead")).to_have_text("dropped.sarap.json")
    async with offline(browser, module_site) as page:
        await page.locator("#pasted").fill(f"  {issued.second}\n")
        await page.get_by_role("button", name="Verify the text").click()
        await page.locator("#verifier[data-state=done]").wait_for()
        await expect(page.locator(".answer").first).to_contain_text("Authentic")


@pytest.mark.parametrize("way", ["together", "certificate first", "proof first"])
async def test_a_token_and_its_log_proof_are_checked_as_one(
    way: str, module_site: Site, browser: Browser, issued: Certified
) -> None:
    async with module_site.database.web.acquire() as db:
        token = await store.carrier_of(db, issued.good.credential_id, Kept.JWT)
    assert token is not None
    certificate = as_file(token, "a.jwt")
    proof = as_file(log_proof_file(read_bundle(issued.good.bundle)), "a.tlog-proof")
    async with offline(browser, module_site) as page:
        chosen = page.locator("#certificate")
        match way:
            case "together":
                await chosen.set_input_files([proof, certificate])
            case "certificate first":
                await chosen.set_input_files(certificate)
                await verdict(page, "Signed, but not everything could be checked")
                await expect(page.locator(".verdict")).to_contain_text("This form does not show the log. ")
                await chosen.set_input_files(proof)
            case _:
                await chosen.set_input_files(proof)
                await expect(page.locator("#verify-complaint")).to_contain_text("choose the certificate that it belongs to")
                await chosen.set_input_files(certificate)
        await expect(page.locator(".verdict h2")).to_have_text("Verified")
        await expect(page.locator("#lead")).to_have_text("a.jwt")


async def test_a_picture_of_the_code_is_read(module_site: Site, browser: Browser, issued: Certified) -> None:
    async with offline(browser, module_site) as page:
        await page.locator("#certificate").set_input_files(as_file(png(picture(issued.front, 640, 480), 640), "photo.png"))
        await page.locator("#verifier[data-state=done]").wait_for()
        await expect(page.locator(".answer").first).to_contain_text("Signed")
        await expect(page.locator(".facts dd").first).to_have_text(HOLDERS[0])
    async with offline(browser, module_site) as page:
        await page.locator("#certificate").set_input_files(as_file(png(b"\xff" * 40_000, 200), "photo.png"))
        await expect(page.locator("#verify-complaint")).to_contain_text("no code in this picture")


@pytest.mark.parametrize("what", ["a picture without a code", "two certificates", "an archive"])
async def test_what_cannot_be_checked_here_says_why_in_sight_and_leaves_no_older_answer(
    what: str, module_site: Site, browser: Browser, issued: Certified
) -> None:
    given, words = {
        "a picture without a code": ([as_file(png(b"\xff" * 40_000, 200), "photo.png")], "no code in this picture"),
        "two certificates": (
            [as_file(issued.good.bundle), as_file(issued.revoked.bundle)],
            "one certificate is checked at a time",
        ),
        "an archive": ([as_file(b"PK\x03\x04" + bytes(40), "many.zip")], "one zip archive to the page"),
    }[what]
    async with offline(browser, module_site) as page:
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle))
        await verdict(page, "Verified")
        await page.locator("#certificate").set_input_files(given)
        await expect(page.locator("#verify-complaint")).to_contain_text(words)
        await expect(page.locator("#verify-complaint")).to_be_in_viewport()
        await expect(page.locator("#outcome")).to_be_hidden()


async def test_a_date_on_a_certificate_is_written_as_in_the_language(
    module_site: Site, browser: Browser, issued: Certified
) -> None:
    for language, date in (("Қазақша", r"^\d{4} ж\. \d{1,2} [а-яқіғ]+$"), ("English", r"^\d{1,2} [A-Z][a-z]+ \d{4}$")):
        async with tab(browser, module_site) as page:
            await page.goto("/verify")
            await page.get_by_role("button", name=language).click()
            await page.locator("#verifier[data-state=ready]").wait_for()
            await page.locator("#certificate").set_input_files(as_file(issued.good.bundle))
            await page.locator("#verifier[data-state=done]").wait_for()
            days = await page.locator("#outcome .facts time").all_text_contents()
            assert len(days) > 1
            assert [day for day in days if not re.match(date, day)] == []


async def test_the_link_of_a_code_is_checked_and_the_server_never_sees_it(
    module_site: Site, browser: Browser, issued: Certified
) -> None:
    async with tab(browser, module_site) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(issued.front)
        await page.locator("#verifier[data-state=done]").wait_for()
        await expect(page.locator(".facts dd").first).to_have_text(HOLDERS[0])
        assert {address.partition("#")[0].removeprefix(module_site.settings.public_url) for address in asked} >= {
            "/v",
            "/.well-known/did.json",
        }
        secret = issued.front.partition("#")[2]
        assert not [address for address in asked if secret[:20] in address.partition("#")[0] or issued.good.serial in address]
        # Another language is another page: what was checked goes along.
        await page.get_by_role("button", name="Русский").click()
        await expect(page.locator("html")).to_have_attribute("lang", "ru")
        await page.locator("#verifier[data-state=done]").wait_for()
        await expect(page.locator(".facts dd").first).to_have_text(HOLDERS[0])


async def test_a_file_that_is_chosen_before_the_keys_are_here_waits_and_is_not_sent(
    module_site: Site, browser: Browser, issued: Certified
) -> None:
    async with tab(browser, module_site) as page:
        released = asyncio.Event()

        async def hold(route: Route) -> None:
            await released.wait()
            await route.continue_()

        await page.route("**/status/*", hold)
        await page.goto("/verify")
        await page.locator("#verifier[data-state=loading]").wait_for()
        sent: list[str] = []
        page.on("request", lambda request: sent.append(request.method))
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle))
        await page.get_by_role("button", name="Verify the file").click()
        await page.locator("#verifier[data-state=checking]").wait_for()
        released.set()
        await verdict(page, "Verified")
        assert "POST" not in sent


async def test_without_scripts_the_server_checks(module_site: Site, browser: Browser, issued: Certified) -> None:
    context = await browser.new_context(base_url=module_site.url, java_script_enabled=False)
    try:
        page = await context.new_page()
        await page.goto("/verify")
        await expect(page.get_by_role("button", name="Scan the code")).to_be_hidden()
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle))
        await page.get_by_role("button", name="Verify the file").click()
        await expect(page.locator(".verdict h2")).to_have_text("Verified")
    finally:
        await context.close()


async def test_the_camera_reads_a_code(module_site: Site, issued: Certified, tmp_path: Path) -> None:
    film = tmp_path / "code.y4m"
    frame = b"FRAME\n" + picture(issued.front, 640, 480) + b"\x80" * (640 * 480 // 2)
    film.write_bytes(b"YUV4MPEG2 W640 H480 F10:1 Ip A1:1 C420jpeg\n" + 2 * frame)
    path = shutil.which("chromium") or pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        with_film = await playwright.chromium.launch(
            executable_path=path, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={film}"]
        )
        async with tab(with_film, module_site) as page:
            await page.goto("/verify")
            await page.locator("#verifier[data-state=ready]").wait_for()
            await page.get_by_role("button", name="Scan the code").click()
            await page.locator("#verifier[data-state=done]").wait_for()
            await expect(page.locator(".facts dd").first).to_have_text(HOLDERS[0])
            await expect(page.locator("#scan-view")).to_be_hidden()
        await with_film.close()


async def test_an_old_browser_without_ed25519_finds_the_same(module_site: Site, browser: Browser, issued: Certified) -> None:
    async with tab(browser, module_site) as page:
        await page.add_init_script("SubtleCrypto.prototype.importKey = async () => { throw new Error('not here'); }")
        await page.goto("/verify")
        await page.locator("#verifier[data-state=ready]").wait_for()
        await page.context.set_offline(True)
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle))
        await verdict(page, "Verified")
        await page.locator("#certificate").set_input_files(as_file(issued.good.bundle.replace(b'"87.5"', b'"97.5"'), "b.json"))
        await expect(page.locator(".verdict")).to_have_class(re.compile("verdict-bad"))
