"""Strangers who open a page, in a process of their own: `python -m bench.certificates.visitors < spec.json > what-came.json`.

The spec says which page, how many a second, for how long, from how many connections. `hello` is the smallest route of the same
server, asked ten times a second.
"""

import gc
import json
import sys
from http import HTTPStatus
from typing import Any, Final

import uvloop

from bench.sitting.machine_limits import allow_files
from bench.sitting.open_loop import Act, Planned, drive
from bench.sitting.wire import Address, Door

HELLO_PER_S: Final = 10
HELLO: Final = "/healthz"


async def run(spec: dict[str, Any]) -> dict[str, Any]:
    """Do what the spec says."""
    address = Address(spec["host"], spec["port"])
    doors = [Door(address) for _ in range(spec["doors"])]
    hello = Door(address)

    def visit(door: Door, path: str) -> Act:
        async def ask() -> bool:
            return (await door.ask("GET", path)).status == HTTPStatus.OK

        return ask

    pages = [
        Planned(number / spec["per_s"], "page", visit(doors[number % len(doors)], spec["path"]))
        for number in range(int(spec["per_s"] * spec["seconds"]))
    ]
    hellos = [
        Planned(number / HELLO_PER_S, "hello", visit(hello, HELLO)) for number in range(int(spec["seconds"] * HELLO_PER_S))
    ]
    done = await drive([*pages, *hellos])
    return {kind: timed.as_json() for kind, timed in done.items()}


def main() -> None:
    """Read the spec, write what came."""
    allow_files()
    gc.disable()  # its pauses would be counted as the server's
    json.dump(uvloop.run(run(json.load(sys.stdin))), sys.stdout)


if __name__ == "__main__":
    main()
