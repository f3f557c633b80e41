"""The exam page's first load in Chromium on a slow line: how many bytes come, and when somebody can type.

The line is the preset "Slow 4G" of Chromium's developer tools (`NetworkManager.ts` of devtools-frontend): 1.6 Mbit/s down and
750 kbit/s up, both less a tenth, and 562.5 ms of latency before each answer. The cache is empty. "Usable" is when the first
task's editor, or the plain text field in its place, takes letters and the task's text is shown.
"""

import asyncio
import shutil
from dataclasses import dataclass
from typing import Any, Final

from playwright.async_api import async_playwright

from app.auth.websession import COOKIE
from bench.sitting.hall import Candidate, Hall

SLOW_4G: Final = {
    "offline": False,
    "downloadThroughput": 1.6 * 1000 * 1000 / 8 * 0.9,
    "uploadThroughput": 750 * 1000 / 8 * 0.9,
    "latency": 150 * 3.75,
}

USABLE: Final = """() => {
  const item = document.querySelector(".exam-item:not([hidden])");
  const editor = item?.querySelector(".cm-content[contenteditable=true], [data-editor] textarea:not([disabled])");
  return editor !== null && editor !== undefined && item.querySelector(".statement-text") !== null;
}"""


@dataclass(frozen=True, slots=True)
class FirstLoad:
    """What the first load took: bytes over the line, compressed as they came, with heads; requests; ms until usable."""

    kilobytes: float
    requests: int
    usable_ms: float


async def first_loads(made: Hall, candidates: list[Candidate]) -> list[FirstLoad]:
    """Load the page once for each of these candidates, whose clocks run. Empty if there is no Chromium."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        return []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        loads: list[FirstLoad] = []
        for one in candidates:
            context = await browser.new_context(base_url=made.url, locale="kk-KZ")
            await context.add_cookies([{"name": COOKIE, "value": one.token, "url": made.url}])
            page = await context.new_page()
            line: Any = await context.new_cdp_session(page)  # Playwright does not say what its messages hold
            await line.send("Network.enable")
            await line.send("Network.emulateNetworkConditions", SLOW_4G)
            came: list[float] = []

            def count(event: dict[str, Any], came: list[float] = came) -> None:
                came.append(float(event["encodedDataLength"]))

            line.on("Network.loadingFinished", count)
            began = asyncio.get_running_loop().time()
            await page.goto(f"/sessions/{one.session_id}", wait_until="commit")
            await page.wait_for_function(USABLE, polling=20, timeout=60_000)
            usable_ms = (asyncio.get_running_loop().time() - began) * 1000
            await page.wait_for_timeout(3_000)  # what comes later is of the first load too
            loads.append(FirstLoad(sum(came) / 1000, len(came), usable_ms))
            await context.close()
        await browser.close()
        return loads
