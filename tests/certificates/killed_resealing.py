"""Processes that end in the middle of sealing certificates again, as a power cut ends them.

    .venv/bin/python -m tests.certificates.killed_resealing DATABASE_URL

One process after the other does what `sarap keys reseal` does, and ends at its point. One line for each says how it ended, so
that a point that is never reached is seen.
"""

import asyncio
import inspect
import os
import sys
from typing import Any, Final

from app import audit
from app.database import open_pool
from app.jobs import reseal_certificates
from certificates import resealing, store
from tests.certificates.killed import KILLED
from tests.certificates.withdrawn import LATER, in_this_process, next_office

POINTS: Final[tuple[tuple[str, Any, int], ...]] = (
    ("make_token", resealing, 1),
    ("make_pages", resealing, 2),
    ("reseal", reseal_certificates, 1),
    ("insert_carriers", store, 1),
    ("record", audit, 1),
    ("reseal", reseal_certificates, 2),
    ("record", audit, 2),
)
"""After which call of which function a process ends: while one certificate is made, before it is kept, within what is committed
together, and when another one was kept already."""


async def reseal_until(name: str, module: Any, call: int, url: str) -> None:
    """Seal again, and end at the point."""
    original, calls = getattr(module, name), 0

    def count() -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            os._exit(KILLED)

    async def then_die(*args: Any, **kwargs: Any) -> Any:
        result = await original(*args, **kwargs)
        count()
        return result

    def die(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        count()
        return result

    setattr(module, name, then_die if inspect.iscoroutinefunction(original) else die)
    pool = await open_pool(url, "sarap_registry", 2)
    await reseal_certificates.reseal_after(pool, next_office(), in_this_process, reseal_certificates.ALL, LATER)


def main(url: str) -> None:
    """One process after the other."""
    for name, module, call in POINTS:
        child = os.fork()
        if child == 0:
            asyncio.run(reseal_until(name, module, call, url))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{name} {call} {os.waitstatus_to_exitcode(status)}\n")


if __name__ == "__main__":
    main(sys.argv[1])
