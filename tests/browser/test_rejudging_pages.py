"""The pages of judging again, with everybody in them who may be: risen, fallen, decided; narrow and wide, light and dark."""

import os
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser

from tests.fixtures.browser import assert_accessible, tab
from tests.fixtures.rejudging import ODD, RIGHT, Room

pytestmark = pytest.mark.browser

PICTURES: Final = os.environ.get("PICTURES")


async def look(browser: Browser, room: Room, name: str, path: str, words: str) -> None:
    """Look at a page of the second registrar in two widths and both themes."""
    for width, dark in ((320, False), (320, True), (1440, False), (1440, True)):
        async with tab(browser, room.site, room.second, width=width, dark=dark) as page:
            await page.goto(path)
            await page.get_by_text(words).first.wait_for()
            await assert_accessible(page)
            if PICTURES:
                picture = Path(PICTURES) / f"{name}-{width}-{'dark' if dark else 'light'}.png"
                await page.screenshot(path=picture, full_page=True)


async def test_the_pages_of_judging_again(browser: Browser, room: Room, tmp_path: Path) -> None:
    await room.sits(ODD, "print(odd(1))")
    await room.sits(RIGHT)
    decided, _ = await room.sits(RIGHT)
    assert await room.decide(decided, "certify") == 303
    dataset_id = await room.newer_dataset(tmp_path)
    await look(browser, room, "rejudging-first", "/rejudging", "Judge by this dataset")
    reason = "Test 2 expected 0 where the statement says 7. Found by a candidate's appeal and confirmed by Berik Omarov."
    address = await room.makes(room.examiner, kind="dataset", dataset_id=str(dataset_id), reason=reason)
    await look(browser, room, "rejudging-waiting", address, "0 of 4 programs judged again")
    await room.work()
    await look(browser, room, "rejudging-ready", address, "They stay as they are, unless you write why")
    await room.second.post(f"{address}/apply", data={"reason": "I worked test 2 out by hand and agree."})
    await look(browser, room, "rejudging-applying", address, "It is being applied")
    await room.work()
    await look(browser, room, "rejudging-applied", address, "Stayed as it was")
    await look(browser, room, "rejudging-list", "/rejudging", "Decided results that need a registrar")
    await look(browser, room, "rejudging-case", f"/results/{decided}", "Put on record")


async def test_a_set_that_is_judged_while_somebody_looks_tells_so_by_itself(browser: Browser, room: Room) -> None:
    await room.sits(RIGHT)
    address = await room.makes(room.registrar, kind="anew", language="python3")
    async with tab(browser, room.site, room.second) as page:
        await page.goto(address)
        await page.get_by_text("0 of 1 programs judged again").first.wait_for()
        await room.work()
        await page.get_by_text("See what follows, and decide").click()
        await page.locator("#reason").fill("The same result on another machine.")
        await page.get_by_role("button", name="Apply").click()
        await page.get_by_text("It is being applied: all of it").wait_for()
        await room.work()
        await page.get_by_text("What followed").wait_for()
        await page.get_by_text("Switched").first.wait_for()
