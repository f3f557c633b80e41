"""Pages that cost work and are the same for everybody who is not signed in, remembered while they are still true.

A page is made from facts (rows that only ever grow, so that their newest versions name them) and from the time. Each visit asks
for the facts; the page is given again while they are the same and the moment has not come at which time alone could change it:

    body = await request.state.remembered.page(page_key(request, TEMPLATE), now, ask, make)

Nothing of a person who is signed in comes here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.pages import PageKey

PAGES_MAX: Final = 500
"""Pages. One has some 20 kB, so that all are 10 MB; what was made longest ago goes first."""


@dataclass(frozen=True, slots=True)
class MadePage:
    """A page, and until when it is true if none of its facts changes."""

    body: bytes
    until: datetime


class RememberedPages:
    """The pages of one process.

    Many who ask for the same page at once wait together: for one asking for its facts, which begins after they came, and for
    one making of it. A visitor who goes away takes it from none of the others.
    """

    def __init__(self, pages_max: int = PAGES_MAX) -> None:
        self._pages_max = pages_max
        self._made: dict[PageKey, tuple[Hashable, MadePage]] = {}
        self._being_asked: dict[PageKey, asyncio.Task[Hashable]] = {}
        self._asked_next: dict[PageKey, asyncio.Task[Hashable]] = {}
        self._being_made: dict[tuple[PageKey, Hashable], asyncio.Task[MadePage]] = {}

    async def page(
        self,
        key: PageKey,
        now: datetime,
        ask: Callable[[], Awaitable[Hashable]],
        make: Callable[[], Awaitable[MadePage]],
    ) -> bytes:
        """Return the page `key` as it is for the facts that `ask` finds, made by `make` if need be. Raises what they raise."""
        asking = self._asked_next.get(key)
        if asking is None:
            asking = self._asked_next[key] = asyncio.create_task(self._ask(key, ask))
        facts = await asyncio.shield(asking)
        known = self._made.get(key)
        if known is not None and known[0] == facts and now < known[1].until:
            return known[1].body
        making = self._being_made.get((key, facts))
        if making is None:
            making = self._being_made[key, facts] = asyncio.create_task(self._make(key, facts, make))
        return (await asyncio.shield(making)).body

    async def _ask(self, key: PageKey, ask: Callable[[], Awaitable[Hashable]]) -> Hashable:
        if (before := self._being_asked.get(key)) is not None:
            await asyncio.wait([before])
        self._being_asked[key] = asking = self._asked_next.pop(key)
        try:
            return await ask()
        finally:
            if self._being_asked.get(key) is asking:
                del self._being_asked[key]

    async def _make(self, key: PageKey, facts: Hashable, make: Callable[[], Awaitable[MadePage]]) -> MadePage:
        try:
            made = await make()
        finally:
            del self._being_made[key, facts]
        self._made.pop(key, None)
        self._made[key] = facts, made
        while len(self._made) > self._pages_max:
            del self._made[next(iter(self._made))]
        return made
