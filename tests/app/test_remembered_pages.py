"""Pages for everybody that are remembered: while they are true, and made once for all who ask at once."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from app.remembered_pages import MadePage, RememberedPages

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
KEY = ("page.html", "en", "system", "/certificates/1")
OTHER = ("page.html", "kk", "system", "/certificates/1")


class Maker:
    """Makes pages that say how many were made before."""

    def __init__(self) -> None:
        self.made = 0
        self.may_end = asyncio.Event()
        self.may_end.set()

    async def __call__(self) -> MadePage:
        self.made += 1
        body = b"%d" % self.made
        await self.may_end.wait()
        return MadePage(body, NOW + timedelta(minutes=1))


async def test_a_page_is_given_again_until_a_fact_changes_or_its_time_ends() -> None:
    pages, make = RememberedPages(), Maker()
    assert await pages.page(KEY, "facts", NOW, make) == b"1"
    assert await pages.page(KEY, "facts", NOW + timedelta(seconds=59), make) == b"1"
    assert await pages.page(KEY, "facts", NOW + timedelta(seconds=60), make) == b"2"
    assert await pages.page(KEY, "other facts", NOW, make) == b"3"
    assert await pages.page(OTHER, "other facts", NOW, make) == b"4"
    assert await pages.page(KEY, "other facts", NOW, make) == b"3"


async def test_many_who_ask_at_once_wait_for_one_making_even_if_the_first_of_them_goes_away() -> None:
    pages, make = RememberedPages(), Maker()
    make.may_end.clear()
    asking = [asyncio.create_task(pages.page(KEY, "facts", NOW, make)) for _ in range(20)]
    newer = asyncio.create_task(pages.page(KEY, "newer facts", NOW, make))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    asking[0].cancel()
    make.may_end.set()
    assert set(await asyncio.gather(*asking[1:])) == {b"1"}
    assert await newer == b"2", "who knows of newer facts is not given what was made from older ones"
    assert asking[0].cancelled()


async def test_a_page_that_could_not_be_made_is_tried_again() -> None:
    pages, make = RememberedPages(), Maker()

    async def fail() -> MadePage:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        await pages.page(KEY, "facts", NOW, fail)
    assert await pages.page(KEY, "facts", NOW, make) == b"1"


async def test_what_was_made_longest_ago_goes_first() -> None:
    pages, make = RememberedPages(pages_max=2), Maker()
    for path in ("/1", "/2", "/3"):
        await pages.page(("page.html", "en", "system", path), "facts", NOW, make)
    assert await pages.page(("page.html", "en", "system", "/2"), "facts", NOW, make) == b"2"
    assert await pages.page(("page.html", "en", "system", "/1"), "facts", NOW, make) == b"4"
