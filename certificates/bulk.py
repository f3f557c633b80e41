"""Check thousands of files in one go: the same `verify` for each, in as many processes as there are cores.

    for answer in check_all(folder_items(folder), trust, now):
        print(answer.name, answer.verified)

The answers come in the order of the files, while the rest are still being read. What one file is changes nothing of what is
said of another.
"""

import hashlib
import math
import os
import threading
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from time import monotonic
from typing import Final

from certificates.collection import Item
from certificates.errors import CollectionRefused
from certificates.report import Report
from certificates.trust import Trust
from certificates.verification import verify

CHUNK_FILES: Final = 50
"""Files that a process gets at a time: some 50 ms of work, against 1 ms for handing them over. So many are checked without
starting a process, which takes longer."""

CHUNKS_AHEAD: Final = 3
"""Chunks for each process that are read ahead; more would only fill the memory."""

NICENESS: Final = 10
"""Steps behind everything else on this machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found for one file. Without a report the file could not be read, and `fault` says why."""

    name: str
    sha256: str
    report: Report | None
    fault: str = ""

    @property
    def verified(self) -> bool:
        """All three answers are what an employer wants to hear."""
        return self.report is not None and self.report.verified


@dataclass(frozen=True, slots=True)
class _Check:
    trust: Trust
    now: datetime
    newer_lists: tuple[bytes, ...]
    until: float

    def answers(self, items: Sequence[Item]) -> list[Answer]:
        return [self._answer(item) for item in items]

    def _answer(self, item: Item) -> Answer:
        _refuse_after(self.until)
        if item.fault:
            return Answer(item.name, "", None, item.fault)
        report = verify(item.data, self.trust, self.now, self.newer_lists)
        return Answer(item.name, hashlib.sha256(item.data).hexdigest(), report)


def check_all(
    items: Iterable[Item],
    trust: Trust,
    now: datetime,
    newer_lists: Sequence[bytes] = (),
    processes: int | None = None,
    time_max_s: float = math.inf,
) -> Generator[Answer]:
    """Check `items`, and raise what reading them raises.

    Raises `CollectionRefused("took-too-long")` when `time_max_s` are over, at most one file later. The answers until then
    stand; nothing is said of a chunk that was not finished.
    """
    until = monotonic() + time_max_s  # one clock for all processes of a machine, in Linux (clock_gettime(2))
    check = _Check(trust, now, tuple(newer_lists), until)
    chunks = _chunks(items, until)
    none: list[Item] = []
    first, second = next(chunks, none), next(chunks, none)
    if not second:
        yield from check.answers(first)
        return
    count = processes or os.cpu_count() or 1
    # Fresh processes and no copies of this one, which may be a server with threads and open connections.
    with ProcessPoolExecutor(count, get_context("spawn"), _begin) as pool:
        waiting: deque[Future[list[Answer]]] = deque()
        try:
            for chunk in chain((first, second), chunks):
                waiting.append(pool.submit(check.answers, chunk))
                if len(waiting) > CHUNKS_AHEAD * count:
                    yield from waiting.popleft().result()
            while waiting:
                yield from waiting.popleft().result()
        finally:
            for future in waiting:  # nobody waits for these any more
                future.cancel()


def _begin() -> None:
    """Let no process outlive the one that started it, however that ended, nor take time from exams that are being sat."""

    def wait() -> None:
        parent = parent_process()
        if parent is not None:
            parent.join()
            os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
    if hasattr(os, "nice"):  # not on Windows
        os.nice(NICENESS)


def _chunks(items: Iterable[Item], until: float) -> Iterator[list[Item]]:
    remaining = iter(items)
    while chunk := list(islice(remaining, CHUNK_FILES)):
        _refuse_after(until)
        yield chunk


def _refuse_after(until: float) -> None:
    if monotonic() >= until:
        raise CollectionRefused("took-too-long")
