"""`python -m certificates numbers TABLE --centre URL`: look up a table of numbers without telling the centre which.

It asks for crowds, each once and in a random order, and reads the entries here.
"""

import argparse
import csv
import secrets
from pathlib import Path
from typing import Any, Final

from certificates.answer_table import BYTE_ORDER_MARK, line
from certificates.bulk_commands import NOT_VERIFIED, VERIFIED, ask, refuse, say
from certificates.errors import Unreadable
from certificates.findings import Status
from certificates.number_lookup import CROWD_MAX_BYTES, check_bits, prefix_of, read_crowd
from certificates.serial import Serial, read_serial
from certificates.strict_json import read_object

HEADS: Final = ("typed", "number", "found", "status", "achievement", "awarded", "valid until")
MISTYPED, UNKNOWN, KNOWN = "mistyped", "unknown", "known"


def look_up(options: argparse.Namespace) -> int:
    """Write a line for each line of the table."""
    about = options.table
    try:
        typed = [_number_of(cells) for cells in csv.reader(options.table.read_text("utf-8-sig").splitlines()) if any(cells)]
        numbers = {text: number for text in typed if (number := read_serial(text)) is not None}
        about = options.centre
        facts = _facts(options.centre, set(numbers.values()))
        rows = [_row(text, numbers.get(text), facts) for text in typed]
        written = line(HEADS) + "".join(map(line, rows))
        if options.report:
            options.report.write_text(BYTE_ORDER_MARK + written, "utf-8", newline="")
        else:
            say(written, end="")
    except (OSError, ValueError, Unreadable, csv.Error) as error:
        return refuse(about, error)
    return VERIFIED if all(row[3] == Status.GOOD for row in rows) else NOT_VERIFIED


def _number_of(cells: list[str]) -> str:
    return next((cell for cell in cells if read_serial(cell) is not None), cells[0])


def _facts(centre: str, numbers: set[Serial]) -> dict[Serial, dict[str, Any] | None]:
    bits = check_bits(read_object(ask(centre, "/api/numbers")).get("bits"))
    crowds: dict[int, list[Serial]] = {}
    for number in numbers:
        crowds.setdefault(prefix_of(number, bits), []).append(number)
    order = sorted(crowds, key=lambda _: secrets.randbits(64))  # the order of the table would say who came when
    found: dict[Serial, dict[str, Any] | None] = {}
    for prefix in order:
        crowd = ask(centre, f"/api/numbers/{bits}-{prefix}", max_bytes=CROWD_MAX_BYTES)
        found |= {number: read_crowd(crowd, number, bits) for number in crowds[prefix]}
    return found


def _row(typed: str, number: Serial | None, facts: dict[Serial, dict[str, Any] | None]) -> tuple[str, ...]:
    if number is None:
        return (typed, "", MISTYPED, "", "", "", "")
    said = facts.get(number)
    if said is None:
        return (typed, number, UNKNOWN, "", "", "", "")
    return (
        typed,
        number,
        KNOWN,
        str(said.get("status")),
        str(said.get("achievement")),
        str(said.get("awarded")),
        str(said.get("validUntil") or ""),
    )


def add_numbers_parser(commands: Any) -> None:
    """The command `numbers`."""
    parser = commands.add_parser("numbers", help="look up a table of numbers; needs the network")
    parser.add_argument("table", type=Path, metavar="CSV", help="a certificate number in each line")
    parser.add_argument("--centre", required=True, metavar="URL", help="the centre's address")
    parser.add_argument("--report", type=Path, metavar="CSV", help="write the answers there")
    parser.set_defaults(run=look_up)
