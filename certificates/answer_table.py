"""The answers of a bulk check as a table that a spreadsheet opens: CSV (RFC 4180) in UTF-8, one line for each file.

    file,sha256,verified,authentic,status,freshness,status as of,step,finding,meaning,number,holder,achievement,score,…

What a spreadsheet would run as a formula gets an apostrophe before it: names come from strangers. That goes for the inside of a
cell as well: where decimals have a comma, as in Kazakhstan, spreadsheets divide a line at its semicolons.
"""

import csv
import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from certificates.bulk import Answer
from certificates.timestamp import write_timestamp

HEADS: Final = (
    "file",
    "sha256",
    "verified",
    "authentic",
    "status",
    "freshness",
    "status as of",
    "step",
    "finding",
    "meaning",
    "number",
    "holder",
    "achievement",
    "score",
    "maximum",
    "awarded",
    "valid until",
    "issuer",
)

BYTE_ORDER_MARK: Final = "\ufeff"
"""Goes before the table: without it one spreadsheet in wide use reads Kazakh names as Latin letters."""

_FORMULA: Final = re.compile(r"(^|[;\t\r\n][\s\"]*)(?=[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20])")


def row(answer: Answer) -> tuple[str, ...]:
    """The cells of an answer, in the order of `HEADS`. A certificate that is not authentic says nothing of its holder."""
    report = answer.report
    if report is None:
        return (
            answer.name,
            answer.sha256,
            "no",
            "not-checked",
            "not-checked",
            "not-checked",
            *[""] * 2,
            answer.fault,
            *[""] * 9,
        )
    failure = report.failure
    told = failure.explanation if failure else None
    found = report.certificate
    of_certificate = (
        (
            found.serial,
            found.holder_name,
            found.achievement,
            found.points,
            found.maximum,
            _moment(found.awarded_at),
            _moment(found.valid_until),
            found.issuer_did,
        )
        if found
        else ("",) * 8
    )
    return (
        answer.name,
        answer.sha256,
        "yes" if report.verified else "no",
        report.authentic,
        report.status,
        report.freshness,
        _moment(report.status_as_of),
        str(failure.number) if failure else "",
        failure.finding or "" if failure else "",
        f"{told.title}. {told.meaning}" if told else "",
        *of_certificate,
    )


def line(cells: Sequence[str]) -> str:
    """A line of the table, with formulas made harmless."""
    written = io.StringIO()
    csv.writer(written).writerow([_FORMULA.sub(r"\1'", cell) for cell in cells])
    return written.getvalue()


def _moment(moment: datetime | None) -> str:
    return "" if moment is None else write_timestamp(moment)
