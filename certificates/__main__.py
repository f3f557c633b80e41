"""`python -m certificates verify FILE…`: check certificates on a computer that has nothing of the centre's but its keys.

No database, no network, no server. Exit status 0 if every file is verified, 1 if one is not, 2 if something could not be
checked at all: a file that is no certificate, no key document to check against, an incomplete installation.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from certificates.bulk_commands import add_receipt_parser, is_collection, verify_collections
from certificates.carriers.qr import is_code
from certificates.credential import Summary
from certificates.errors import CertificateError, TrustUnusable
from certificates.findings import ANSWERS
from certificates.number_commands import add_numbers_parser
from certificates.one_line import one_line
from certificates.report import Outcome, Report
from certificates.strict_json import BUNDLE_MAX_BYTES
from certificates.trust import find_trust_files, load_trust
from certificates.verification import verify

_VERIFIED, _NOT_VERIFIED, _UNUSABLE = 0, 1, 2
_WITHHELD: Final = "withheld by the holder"
_MARKS: Final = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "–"}

_NO_TRUST: Final = """there is no key document to check this file against.

A certificate is only as good as the centre that issued it, so the verifier needs the keys of the centres that you trust:
  1. get the centre's key document: https://<the centre's site>/.well-known/did.json
  2. make sure by another way that it is theirs (ask for its keys by telephone, or look where they print them)
  3. keep it, and name it: --trust FILE, or the environment variable SARAP_TRUST"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit status."""
    options = _parser().parse_args(arguments)
    if options.command != "verify":
        return int(options.run(options))
    now = datetime.now(UTC)  # the only clock of the checking half: everything below takes the time as an argument
    if options.report or options.receipt or any(is_collection(Path(name)) for name in options.files if not is_code(name)):
        return _verify_many(options, now)
    return max(_verify_one(name, options, now) for name in options.files)


def _verify_many(options: argparse.Namespace, now: datetime) -> int:
    files = [Path(name) for name in options.files]
    try:
        trusted = options.trust or find_trust_files(os.environ)
        if not trusted:
            raise TrustUnusable(_NO_TRUST)
        lists = [file.read_bytes() for file in options.status]
        return verify_collections(options, files, load_trust(trusted), lists, now)
    except (OSError, CertificateError) as error:
        _tell_unusable(files[0], error, as_json=options.json)
        return _UNUSABLE


def _verify_one(name: str, options: argparse.Namespace, now: datetime) -> int:
    path = Path("code" if is_code(name) else name)
    try:
        if is_code(name):
            data = name.encode()
        else:
            with path.open("rb") as file:
                data = file.read(BUNDLE_MAX_BYTES + 1)  # one more than allowed is enough to refuse it
        trusted = options.trust or find_trust_files(os.environ)
        if not trusted:
            raise TrustUnusable(_NO_TRUST)
        lists = [file.read_bytes() for file in options.status]
        log_proof = options.log_proof.read_bytes() if options.log_proof else b""
        report = verify(data, load_trust(trusted), now, lists, log_proof)
    except (OSError, CertificateError) as error:
        _tell_unusable(path, error, as_json=options.json)
        return _UNUSABLE
    if options.json:
        _print(json.dumps({"file": str(path), **report.as_json()}, ensure_ascii=False))
    else:
        _print(_written(path, report))
    if report.unusable:
        return _UNUSABLE
    return _VERIFIED if report.verified else _NOT_VERIFIED


def _written(path: Path, report: Report) -> str:
    lines = [f"{path}", ""]
    for checked in report.steps:
        lines.append(f"  {_MARKS[checked.outcome]} {checked.number}. {checked.title}")
        if told := checked.explanation:
            lines += [
                f"       {told.title}. {told.meaning}",
                f"       {told.action}",
                f"       ({checked.finding}) {checked.detail}",
            ]
    lines += ["", f"  Authentic: {ANSWERS[report.authentic]}", f"  Status:    {ANSWERS[report.status]}"]
    as_of = f" (as of {report.status_as_of:%Y-%m-%d %H:%M} UTC)" if report.status_as_of else ""
    lines += [f"  Freshness: {ANSWERS[report.freshness]}{as_of}", ""]
    if found := report.certificate:
        lines += [
            f"  Holder:    {found.holder_name or _WITHHELD}",
            f"  Certifies: {found.achievement}, {_score(found)}",
            f"  Issued:    {found.awarded_at:%Y-%m-%d} by {found.issuer_name} ({found.issuer_did})",
            f"  Number:    {found.serial}",
            *_details(found),
            "",
        ]
    lines.append(f"  {'VERIFIED' if report.verified else 'NOT VERIFIED'}")
    return "\n".join(map(one_line, lines)) + "\n"


def _details(found: Summary) -> list[str]:
    """The levels, the parts and the assurance label, as far as this carrier says them."""
    lines = [
        f"  Level:     {entry.code}{f' of {entry.framework}: {entry.name}' if entry.framework else ''}"
        for entry in found.alignments
    ]
    for part in found.competences:
        levels = "".join(f", {entry.framework} {entry.code}" for entry in part.alignments)
        lines.append(f"  Part:      {part.name}, {part.points} of {part.maximum} points{levels}")
    lines += [f"  {line.title}: {line.meaning or line.word}" for line in found.assurance]
    if found.records_root:
        lines.append(f"  Judging records: {found.records_root}")
    return lines


def _score(found: Summary) -> str:
    return f"{found.points} of {found.maximum} points ({found.required} needed)" if found.points else f"score {_WITHHELD}"


def _tell_unusable(path: Path, error: Exception, *, as_json: bool) -> None:
    message = str(error.strerror or error) if isinstance(error, OSError) else str(error)
    code = error.code if isinstance(error, CertificateError) else "file-unreadable"
    if as_json:
        _print(
            json.dumps({"file": str(path), "verified": False, "error": {"code": code, "message": message}}, ensure_ascii=False)
        )
    else:
        sys.stderr.write(f"{one_line(f'{path}: {message}')}\n")


def _print(text: str) -> None:
    # A name in Kazakh must not end the program on a terminal that cannot show it.
    sys.stdout.write(text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8") + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="certificates", description="Check Sarap certificates without the centre.")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser(
        "verify",
        help="check certificate files",
        description="Check certificate files offline. Exit status: 0 all verified, 1 one is not, 2 one could not be checked.",
    )
    command.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="a certificate file (*.sarap.json), a token (*.jwt), a file with the text of a code, that text itself,"
        " or a folder or zip archive of many",
    )
    command.add_argument("--report", type=Path, metavar="CSV", help="write a table with a line for each file")
    command.add_argument("--receipt", type=Path, metavar="FILE", help="write a receipt, for: certificates receipt sign")
    command.add_argument("--processes", type=int, metavar="N", help="for many files; as many as there are cores if not given")
    command.add_argument(
        "--trust", action="append", type=Path, metavar="FILE", help="a centre's key document; may be given several times"
    )
    command.add_argument(
        "--status",
        action="append",
        type=Path,
        default=[],
        metavar="FILE",
        help="a newer status list; may be given several times",
    )
    command.add_argument(
        "--log-proof",
        type=Path,
        metavar="FILE",
        help="the proof of the log entry (*.tlog-proof), for a token or a front code, or one that is newer",
    )
    command.add_argument("--json", action="store_true", help="print one JSON object a line instead of text")
    add_receipt_parser(commands)
    add_numbers_parser(commands)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
