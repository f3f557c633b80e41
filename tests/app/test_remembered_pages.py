"""Pages for everybody that are remembered: while they are true, and made once for all who ask at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.remembered_pages import MadePage, RememberedPages

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = ("page.html", "en", "system", "/certificates/1")
OTHER = ("page.html", "kk", "system", "/certificates/1")


class Centre:
    """Has facts that change, and makes pages that say how many were made before."""

    def __init__(self) -> None:
        self.facts = "first"
        self.asked = self.made = 0
        self.may_answer, self.may_make = asyncio.Event(), asyncio.Event()
        self.may_answer.set()
        self.may_make.set()

    async def ask(self) -> str:
        self.asked += 1
        facts = self.facts
        await self.may_answer.wait()
        return facts

    async def make(self) -> MadePage:
        self.made += 1
        body = f"{self.made} of {self.facts}".encode()
        await self.may_make.wait()
        return MadePage(body, NOW + timedelta(minutes=1))


async def a_turn() -> None:
    """Let every task that can go on do so."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_a_page_is_given_again_until_a_fact_changes_or_its_time_ends() -> None:
    pages, centre = RememberedPages(), Centre()
    assert await pages.page(KEY, NOW, centre.ask, centre.make) == b"1 of first"
    assert await pages.page(KEY, NOW + timedelta(seconds=59), centre.ask, centre.make) == b"1 of first"
    assert await pages.page(KEY, NOW + timedelta(seconds=60), centre.ask, centre.make) == b"2 of first"
    centre.facts = "second"
    assert await pages.page(KEY, NOW, centre.ask, centre.make) == b"3 of second"
    assert await pages.page(OTHER, NOW, centre.ask, centre.make) == b"4 of second"
    assert await pages.page(KEY, NOW, centre.ask, centre.make) == b"3 of second"
    assert (centre.asked, centre.made) == (6, 4)


async def test_many_who_ask_at_once_wait_for_one_making_even_if_the_first_of_them_goes_away() -> None:
    pages, centre = RememberedPages(), Centre()
    centre.may_make.clear()
    asking = [asyncio.create_task(pages.page(KEY, NOW, centre.ask, centre.make)) for _ in range(20)]
    await a_turn()
    asking[0].cancel()
    await a_turn()
    centre.may_make.set()
    assert set(await asyncio.gather(*asking[1:])) == {b"1 of first"}
    assert (centre.asked, centre.made) == (1, 1)
    assert asking[0].cancelled()


async def test_who_comes_after_a_fact_has_changed_is_not_given_what_was_asked_for_before() -> None:
    pages, centre = RememberedPages(), Centre()
    centre.may_answer.clear()
    before = asyncio.create_task(pages.page(KEY, NOW, centre.ask, centre.make))
    await a_turn()
    centre.facts = "second"
    after = [asyncio.create_task(pages.page(KEY, NOW, centre.ask, centre.make)) for _ in range(20)]
    await a_turn()
    assert centre.asked == 1
    centre.may_answer.set()
    assert set(await asyncio.gather(*after)) == {b"2 of second"}
    assert await before == b"1 of second", "what is loaded after the facts may be newer than they are"
    assert centre.asked == 2


async def test_a_page_that_is_being_made_from_older_facts_is_not_waited_for_by_who_knows_newer_ones() -> None:
    pages, centre = RememberedPages(), Centre()
    centre.may_make.clear()
    before = asyncio.create_task(pages.page(KEY, NOW, centre.ask, centre.make))
    await a_turn()
    centre.facts = "second"
    after = asyncio.create_task(pages.page(KEY, NOW, centre.ask, centre.make))
    await a_turn()
    centre.may_make.set()
    assert (await before, await after) == (b"1 of first", b"2 of second")
    assert await pages.page(KEY, NOW, centre.ask, centre.make) == b"2 of second"


async def test_what_could_not_be_asked_or_made_is_tried_again() -> None:
    pages, centre = RememberedPages(), Centre()

    async def fail() -> MadePage:
        raise ConnectionError

    for ask, make in ((fail, centre.make), (centre.ask, fail)):
        with pytest.raises(ConnectionError):
            await pages.page(KEY, NOW, ask, make)
    assert await pages.page(KEY, NOW, centre.ask, centre.make) == b"1 of first"


async def test_what_was_made_longest_ago_goes_first() -> None:
    pages, centre = RememberedPages(pages_max=2), Centre()
    for path in ("/1", "/2", "/3"):
        await pages.page(("page.html", "en", "system", path), NOW, centre.ask, centre.make)
    assert await pages.page(("page.html", "en", "system", "/2"), NOW, centre.ask, centre.make) == b"2 of first"
    assert await pages.page(("page.html", "en", "system", "/1"), NOW, centre.ask, centre.make) == b"4 of first"
