"""Processes that end in the middle of issuing, as a power cut ends them: no `finally` runs, nothing is said to the database.

    .venv/bin/python -m tests.certificates.killed DATABASE_URL

For each point a process of its own issues the certificate of the source `point:<name>` and ends right there. One line for each
says how it ended, so that a point that is never reached is seen.
"""

import asyncio
import inspect
import os
import sys
from typing import Any, Final

from app.database import connect
from certificates import issuing, publishing, store
from certificates.keyring import custody
from certificates.own_log import logbook
from certificates.own_log import store as own_log
from tests.certificates.centre import NOW, Centre, claim

POINTS: Final[dict[str, Any]] = {
    "introduce": custody,
    "publish_key_document": publishing,
    "publish_status_lists": publishing,
    "in_force": issuing,
    "insert_intention": store,
    "insert_leaves": own_log,
    "insert_nodes": own_log,
    "_record": issuing,
    "publish_checkpoint": logbook,
    "_log": issuing,
    "_sign": issuing,
    "verify": issuing,
    "settle": store,
}
"""After which function a process ends, and where issuing looks it up: after each commit, and within what is committed together.
What is published once for all comes first: the next process finds it."""

KILLED: Final = 41


async def issue_until(point: str, url: str) -> None:
    """Issue, and end at the point."""
    module, original = POINTS[point], getattr(POINTS[point], point)

    async def then_die(*args: Any, **kwargs: Any) -> None:
        await original(*args, **kwargs)
        os._exit(KILLED)

    def die(*_args: Any, **_kwargs: Any) -> None:
        os._exit(KILLED)

    setattr(module, point, then_die if inspect.iscoroutinefunction(original) else die)
    db = await connect(url, "sarap_registry")
    await issuing.issue(db, Centre().office, claim(f"point:{point}"), NOW)


def main(url: str) -> None:
    """One process after the other."""
    for point in POINTS:
        child = os.fork()
        if child == 0:
            asyncio.run(issue_until(point, url))
            os._exit(0)
        _pid, status = os.waitpid(child, 0)
        sys.stdout.write(f"{point} {os.waitstatus_to_exitcode(status)}\n")


if __name__ == "__main__":
    main(sys.argv[1])
