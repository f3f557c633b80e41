"""The parts of the command line for many files: a folder or an archive in one go, and the receipts of such checks."""

import argparse
import contextlib
import hashlib
import http.client
import json
import sys
import urllib.request
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from certificates.answer_table import BYTE_ORDER_MARK, HEADS, line, row
from certificates.bulk import Answer, check_all
from certificates.collection import FILES_MAX, Item, file_item, folder_items, zip_items
from certificates.errors import CollectionRefused, ReceiptRefused, Unreadable
from certificates.findings import ANSWERS
from certificates.one_line import one_line
from certificates.receipt import (
    Proof,
    Receipt,
    Statement,
    keys_in,
    read_proof,
    read_receipt,
    receipt_of,
    verify_proof,
    verify_receipt,
    write_proof,
    write_receipt,
)
from certificates.strict_json import read_object
from certificates.timestamp import write_timestamp
from certificates.trust import Trust

VERIFIED, NOT_VERIFIED, UNUSABLE = 0, 1, 2

ANSWER_MAX_BYTES: Final = 64 * 1024
"""Bytes of a centre's answer: a statement has some 700."""

ANSWER_TIMEOUT_S: Final = 30

REASONS: Final = {
    "not-an-archive": "this is not a zip archive",
    "too-many-files": f"more than {FILES_MAX} files; split the collection",
    "unpacks-to-too-much": "the archive unpacks to more than a gibibyte: no certificates are that large",
}


def is_collection(path: Path) -> bool:
    """Say whether a path stands for many files."""
    return path.is_dir() or path.suffix.lower() == ".zip"


def verify_collections(
    options: argparse.Namespace, files: Sequence[Path], trust: Trust, lists: Sequence[bytes], now: datetime
) -> int:
    """Check everything in the named folders, archives and files; write the table and the receipt that were asked for."""
    counted: Counter[str] = Counter()
    answers: list[Answer] = []
    try:
        with contextlib.ExitStack() as stack:
            table = None
            if options.report:
                table = stack.enter_context(options.report.open("w", encoding="utf-8", newline=""))
                table.write(BYTE_ORDER_MARK + line(HEADS))
            for answer in check_all(_items(files), trust, now, lists, options.processes):
                counted["verified" if answer.verified else "not verified" if answer.report else "could not be read"] += 1
                if options.receipt:
                    answers.append(answer)
                if table:
                    table.write(line(row(answer)))
                if options.json:
                    say(json.dumps({"file": answer.name, **_as_json(answer)}, ensure_ascii=False))
                elif not answer.verified:
                    say(f"{answer.name}: {_told(answer)}")
            if options.receipt:
                options.receipt.write_bytes(write_receipt(receipt_of(answers)))
    except (OSError, CollectionRefused) as error:
        reason = REASONS[error.reason] if isinstance(error, CollectionRefused) else str(error)
        sys.stderr.write(f"stopped after {counted.total()} files: {reason}\n")
        return UNUSABLE
    if not options.json:
        say(f"{counted.total()} files: " + ", ".join(f"{counted[name]} {name}" for name in sorted(counted, reverse=True)))
    return UNUSABLE if not counted or counted["could not be read"] else NOT_VERIFIED if counted["not verified"] else VERIFIED


def _items(paths: Sequence[Path]) -> Iterator[Item]:
    for path in paths:
        if path.is_dir():
            yield from folder_items(path)
        elif path.suffix.lower() == ".zip":
            with path.open("rb") as archive:
                yield from zip_items(archive)
        else:
            yield file_item(path, str(path))


def _as_json(answer: Answer) -> dict[str, Any]:
    if answer.report is None:
        return {"verified": False, "error": {"code": answer.fault}}
    return {"sha256": answer.sha256, **answer.report.as_json()}


def _told(answer: Answer) -> str:
    report = answer.report
    if report is None:
        return f"could not be read ({answer.fault})"
    failure = report.failure
    told = failure.explanation if failure else None
    said = f"{ANSWERS[report.authentic]}, {ANSWERS[report.status]}, {ANSWERS[report.freshness]}"
    return f"{said}. {told.title}." if told else f"{said}."


def sign_receipt(options: argparse.Namespace) -> int:
    """Send the root of a receipt, and nothing else, to the centre; keep what it signed, if it signed that and nothing else."""
    try:
        signed, statement = _signed(read_receipt(options.file.read_bytes()), options.centre, options.keys)
        options.file.write_bytes(write_receipt(signed))
    except (OSError, ValueError, ReceiptRefused, Unreadable) as error:
        return refuse(f"{options.file}: not signed", error)
    at, count = write_timestamp(statement.at), statement.count
    say(f"{options.file}: at {at} the centre signed the root of {count} checks; it was told nothing else")
    return VERIFIED


def _signed(receipt: Receipt, centre: str, keys: Path | None) -> tuple[Receipt, Statement]:
    """What the centre signed is not taken on trust: another root or name would prove nothing in the year when it is needed."""
    asked = json.dumps({"root": receipt.root.hex(), "count": len(receipt.checks)}).encode()
    answer = read_object(ask(centre, "/api/check-receipts", asked))
    signed = Receipt(receipt.checks, str(answer.get("statement")))
    published = keys.read_bytes() if keys else ask(centre, "/.well-known/receipt-keys.json")
    statement = verify_receipt(signed, keys_in(published))
    if statement.centre != centre.rstrip("/"):
        raise ReceiptRefused("other-centre")
    return signed, statement


def ask(centre: str, path: str, body: bytes | None = None, max_bytes: int = ANSWER_MAX_BYTES) -> bytes:
    """Ask a centre over the network. Raises `OSError`, or `ValueError` if `centre` is no address or does not speak HTTP."""
    if urlsplit(centre).scheme not in {"http", "https"}:
        msg = "the centre is an address such as https://centre.example"
        raise ValueError(msg)
    request = urllib.request.Request(f"{centre.rstrip('/')}{path}", body, {"content-type": "application/json"})  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=ANSWER_TIMEOUT_S) as answer:  # noqa: S310 - the scheme was looked at
            return bytes(answer.read(max_bytes))
    except http.client.HTTPException as error:
        msg = f"this is not the answer of a centre ({type(error).__name__})"
        raise ValueError(msg) from error


def prove_check(options: argparse.Namespace) -> int:
    """Take the proof for one file out of a receipt."""
    try:
        receipt = read_receipt(options.file.read_bytes())
        index = receipt.index_of(_sha256(options.certificate))
        if index is None:
            sys.stderr.write(f"{options.certificate} is not among the {len(receipt.checks)} files of this receipt\n")
            return NOT_VERIFIED
        options.out.write_bytes(write_proof(receipt.proof(index)))
    except (OSError, ReceiptRefused) as error:
        return refuse(options.file, error)
    say(f"{options.out}: proves what was found for {options.certificate}, and tells nothing of the other files")
    return VERIFIED


def verify_check(options: argparse.Namespace) -> int:
    """Check a receipt, or the proof for one file, against the receipt keys that the centre publishes."""
    try:
        keys = keys_in(options.keys.read_bytes())
        data = options.file.read_bytes()
        if options.certificate is None:
            receipt = read_receipt(data)
            say(_said(verify_receipt(receipt, keys)))
        else:
            proof = read_proof(data)
            say(f"{_said(verify_proof(proof, _sha256(options.certificate), keys))}\n{_answered(proof)}")
    except OSError as error:
        return refuse(options.file, error)
    except ReceiptRefused as error:
        sys.stderr.write(f"{options.file}: NOT PROVEN: {REFUSED[error.reason]}\n")
        return NOT_VERIFIED
    return VERIFIED


REFUSED: Final = {
    "form": "it is not a receipt, a proof, or a set of keys of this kind",
    "unsigned": "the centre has not signed it yet; run: certificates receipt sign",
    "unknown-key": "it was signed with a key that is not among those of the centre",
    "signature": "the signature does not fit",
    "root": "what it holds is not what the centre signed",
    "other-file": "it is about another file",
    "other-centre": "it was signed in the name of another centre than the one that was asked",
}


def _said(statement: Statement) -> str:
    return (
        f"Proven: at {write_timestamp(statement.at)} {statement.centre} signed the root of {statement.count} checks,"
        f" when its log had {statement.checkpoint_size} entries."
    )


def _answered(proof: Proof) -> str:
    names = ("authentic", "status", "freshness", "checkedAt", "statusAsOf")
    # Whoever checked wrote them; the centre signed without having seen them.
    authentic, status, freshness, checked_at, as_of = (one_line(str(proof.check.answer.get(name))[:40]) for name in names)
    return (
        f"This file was among them. What was found: {authentic}, {status}, {freshness}, checked at {checked_at},"
        f" status as of {as_of}."
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def say(text: str, end: str = "\n") -> None:
    """Print a text. A name in Kazakh must not end the program on a terminal that cannot show it."""
    sys.stdout.write(text.encode(sys.stdout.encoding or "utf-8", "replace").decode(sys.stdout.encoding or "utf-8") + end)


def refuse(about: object, error: Exception) -> int:
    """Say in one line what cannot be used and why. Returns the exit status for that."""
    said = REFUSED[error.reason] if isinstance(error, ReceiptRefused) else str(error)
    if isinstance(error, OSError) and error.strerror:
        about, said = error.filename or about, error.strerror
    sys.stderr.write(f"{one_line(f'{about}: {said}')}\n")
    return UNUSABLE


def add_receipt_parser(commands: Any) -> None:
    """The commands `receipt sign`, `receipt prove` and `receipt verify`."""
    parser = commands.add_parser("receipt", help="receipts of checks", description="Receipts of checks of many files.")
    actions = parser.add_subparsers(dest="action", required=True)
    signing = actions.add_parser("sign", help="let the centre sign the root of a receipt; needs the network")
    signing.add_argument("file", type=Path, metavar="RECEIPT")
    signing.add_argument("--centre", required=True, metavar="URL", help="the centre's address")
    signing.add_argument("--keys", type=Path, metavar="FILE", help="the centre's receipt-keys.json; asked for if not given")
    signing.set_defaults(run=sign_receipt)
    proving = actions.add_parser("prove", help="take the proof for one certificate file out of a receipt")
    proving.add_argument("file", type=Path, metavar="RECEIPT")
    proving.add_argument("certificate", type=Path, metavar="FILE")
    proving.add_argument("--out", type=Path, required=True, metavar="PROOF")
    proving.set_defaults(run=prove_check)
    verifying = actions.add_parser("verify", help="check a receipt, or with a certificate file a proof")
    verifying.add_argument("file", type=Path, metavar="RECEIPT")
    verifying.add_argument("certificate", type=Path, nargs="?", metavar="FILE")
    verifying.add_argument("--keys", type=Path, required=True, metavar="FILE", help="the centre's receipt-keys.json")
    verifying.set_defaults(run=verify_check)
