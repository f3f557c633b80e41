"""`make bench-certificates`: how fast certificates are made and checked, beside raw Ed25519 of the same run.

What is counted per core is counted in CPU time of one process, in turns with bare signatures, so that a busy machine slows both
alike; what has a wall-clock aim is measured by the clock. A row whose aim was not met says so.

    python -m bench.certificates [--write | --tenth]     # docs/certificate-speed.json and docs/certificate-speed.md
"""

import asyncio
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count, cycle
from pathlib import Path
from typing import Any, Final

import asyncpg
import uvloop
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.database import connected
from app.embedded_postgres import running
from app.migrate import migrate, read
from bench.certificates.rows import Row, markdown
from bench.certificates.specimens import NOW, bundles, claim, entry_of, office
from bench.machine import described
from bench.rows import middle
from bench.sitting.hall import Hall, hall
from bench.sitting.machine_limits import allow_files
from bench.sitting.rows import percentiles
from certificates.bulk import check_all
from certificates.bundle import read_bundle
from certificates.carriers.carrier import Kept
from certificates.carriers.compact import compact_claims
from certificates.carriers.printed import Language
from certificates.carriers.sealing import open_sealer, seal
from certificates.carriers.typesetter import ENVIRONMENT
from certificates.carriers.typesetting import render
from certificates.carrying import make_carriers
from certificates.collection import folder_items
from certificates.credential import unsigned_credential
from certificates.data_integrity import Suite, proof_holds, prove_twice
from certificates.issuer import Issuer
from certificates.issuing import issue
from certificates.keys import Office, open_office
from certificates.log.checkpoint import read_checkpoint
from certificates.log.entry import binding_of, issue_entry
from certificates.log.merkle import Node, inclusion_proof, leaf_hash, nodes_on_append
from certificates.log.proof import proves, read_proof
from certificates.printing import printing_of
from certificates.profile import credential_faults, lint
from certificates.serial import new_serial
from certificates.status_list import encode_list
from certificates.strict_json import canonical
from certificates.trust import Trust, read_trust
from certificates.verification import verify

DOCS: Final = Path(__file__).parents[2] / "docs"

TENTH: Final = "--tenth"
"""A tenth of everything, to try it out; no aim is met or missed by it, and nothing is written."""

SHARE: Final = 10 if TENTH in sys.argv else 1
SLICES: Final = 40 // SHARE
SLICE_S: Final = 0.05
ISSUED: Final = 500 // SHARE
CHECKED: Final = 10_000 // SHARE
LEAVES: Final = 1_000_000 // SHARE
PROOFS: Final = 10_000 // SHARE
ENTRIES: Final = 1_048_576
VISITS_PER_S: Final = 500 // SHARE
VISIT_S: Final = 10
DOORS: Final = 100

HEAD: Final = """\
# How fast certificates are

Written by `make bench-certificates BENCH=--write`. Rates per core are in CPU time of one process and are taken in turns with
bare Ed25519 signatures (or verifications, for what verifies), so that a machine that is busy otherwise slows both: the ratio is
what can be compared. Bulk checks, issuing through PostgreSQL (which commits durably, `fsync` on) and pages are by the clock;
the visitors of pages are on the same machine and take their share of it. A row whose aim was not met says so.

Where the time of a PDF goes and what was tried:
[decision 0038](decisions/0038-pages-are-fast-where-certificates-are-alike.md).

"""


def main(arguments: Sequence[str]) -> int:
    """Measure every row. Returns 0; an aim that was not met is a row, not a failure."""
    os.environ |= ENVIRONMENT  # pages are made here as in the process of their own
    allow_files()
    machine = described()
    began = time.monotonic()
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="sarap-bench-") as name:
        folder = Path(name)
        centre = office(folder / "keys")
        keys = read_trust(canonical(centre.key_document()))
        made = bundles(centre, CHECKED)
        trust = {keys.did: keys}
        for measure in (
            lambda: _signing(centre),
            lambda: _printing(centre, made[:1000]),
            lambda: _checking(made[:1000], trust),
            lambda: _bulk(made, trust, folder / "many"),
            _log,
            _status_list,
            lambda: _issuing(folder),
            _pages,
        ):
            rows += measure()
            print(f"{len(rows)} rows after {time.monotonic() - began:.0f} s", flush=True)
    print(f"{machine}\n{markdown(rows)}")
    if "--write" in arguments:
        today = f"{datetime.now(UTC):%Y-%m-%d}"
        said = {"measured": today, "machine": machine, "rows": [row.as_json() for row in rows]}
        (DOCS / "certificate-speed.json").write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", "utf-8")
        text = f"{HEAD}Measured on {today}: {machine}.\n\n{markdown(rows)}\n"
        (DOCS / "certificate-speed.md").write_text(text, "utf-8")
    return 0


def in_turns(ours: Callable[[], object], bare: Callable[[], object]) -> tuple[float, float]:
    """How often each can be done in a second of CPU time: medians over many short turns."""
    for act in (ours, bare):
        act()
    turns = [(_rate(ours), _rate(bare)) for _ in range(SLICES)]
    return middle([turn[0] for turn in turns]), middle([turn[1] for turn in turns])


def _rate(act: Callable[[], object]) -> float:
    done = 0
    began = time.process_time()
    while (took := time.process_time() - began) < SLICE_S:
        act()
        done += 1
    return done / took


def _bare_sign() -> Callable[[], object]:
    key = Ed25519PrivateKey.generate()
    return lambda: key.sign(b"x" * 64)


def _bare_verify() -> Callable[[], object]:
    key = Ed25519PrivateKey.generate()
    public, signature = key.public_key(), key.sign(b"x" * 64)
    return lambda: public.verify(signature, b"x" * 64)


def _signing(centre: Office) -> list[Row]:
    numbers = count()

    def make() -> None:
        document = unsigned_credential(claim(next(numbers)), centre.issuer, new_serial(), 1)
        assert not lint(document)
        entry_of(document, secrets.token_bytes(32))
        prove_twice(document, centre.verification_method, centre.signer.sign, NOW)

    ours, bare = in_turns(make, _bare_sign())
    return [Row("data-only: lint, log entry, both proofs", ours, "/s per core", bare, "≥ 100 /s", ours >= 100)]


def _printing(centre: Office, made: list[bytes]) -> list[Row]:
    """What `_signing` does, and on top of it the pages in one language: other carriers, codes, typesetting, seal."""
    numbers, files = count(), cycle(made)

    def make() -> None:
        document = unsigned_credential(claim(next(numbers)), centre.issuer, new_serial(), 1)
        assert not lint(document)
        entry_of(document, secrets.token_bytes(32))
        prove_twice(document, centre.verification_method, centre.signer.sign, NOW)
        pages(next(files))

    def pages(data: bytes) -> None:
        bundle = read_bundle(data)
        what = printing_of(bundle, make_carriers(centre, bundle)[Kept.QR], Language.KAZAKH)
        sealer = open_sealer(centre.document_signer, centre.document_certificates)
        seal(render(data, what), sealer, bundle.credential)

    ours, bare = in_turns(make, _bare_sign())
    alone, _ = in_turns(lambda: pages(next(files)), _bare_sign())
    more: dict[str, object] = {"pages alone": f"{alone:.0f} /s"}
    return [
        Row("with sealed PDF in one language, data-only issue included", ours, "/s per core", bare, "≥ 40 /s", ours >= 40, more)
    ]


def _checking(made: list[bytes], trust: Trust) -> list[Row]:
    files = cycle(made)
    by_jcs, bare = in_turns(lambda: _by_jcs(next(files), trust), _bare_verify())
    both, bare_again = in_turns(lambda: _strictly(next(files), trust), _bare_verify())
    return [
        Row("strict verification by JCS and log entry", by_jcs, "/s per core", bare, "≥ 3,000 /s", by_jcs >= 3000),
        Row("strict verification, all nine steps, both proofs", both, "/s per core", bare_again, "≥ 170 /s", both >= 170),
    ]


def _strictly(data: bytes, trust: Trust) -> None:
    assert verify(data, trust, NOW).verified


def _by_jcs(data: bytes, trust: Trust) -> None:
    """The steps of `verify` without the first proof and without the status lists, with the same functions."""
    bundle = read_bundle(data)
    credential: Any = bundle.credential
    assert not credential_faults(credential)
    unsigned = {name: value for name, value in credential.items() if name != "proof"}
    issuer = trust[credential["issuer"]["id"]]
    key = issuer.credential_keys[credential["proof"][1]["verificationMethod"]]
    written = canonical(unsigned)
    assert proof_holds(unsigned, credential["proof"][1], Suite.JCS, key.public_key, written=written)
    proof = read_proof(bundle.log_proof)
    checkpoint = read_checkpoint(proof.checkpoint)
    entry = issue_entry(credential["id"], compact_claims(unsigned), binding_of(bundle.salt, written))
    assert proves(proof, entry, checkpoint.size, checkpoint.root)


def _bulk(made: list[bytes], trust: Trust, folder: Path) -> list[Row]:
    folder.mkdir()
    for number, data in enumerate(made):
        (folder / f"{number:05}.sarap.json").write_bytes(data)
    began = time.monotonic()
    verified = sum(answer.verified for answer in check_all(folder_items(folder), trust, NOW, processes=2))
    took = time.monotonic() - began
    aim = f"{CHECKED:,} in ≤ 10 s on two cores"
    return [
        Row(
            "bulk check of a folder, two processes",
            took,
            "s",
            None,
            aim,
            took <= 10,
            {"verified": verified, "a second": round(CHECKED / took)},
        )
    ]


def _log() -> list[Row]:
    entries = [secrets.token_bytes(32) for _ in range(LEAVES)]
    nodes: dict[Node, bytes] = {}
    bare = _rate(_bare_sign())
    began = time.process_time()
    for index, entry in enumerate(entries):
        nodes |= nodes_on_append(index, leaf_hash(entry), nodes)
    appended = LEAVES / (time.process_time() - began)
    places = [secrets.randbelow(LEAVES) for _ in range(PROOFS)]
    began = time.process_time()
    for place in places:
        inclusion_proof(place, LEAVES, nodes)
    each_us = (time.process_time() - began) / PROOFS * 1e6
    return [
        Row(f"log, append of {LEAVES:,} leaves", appended, "/s per core", bare, "≥ 100,000 /s", appended >= 100_000),
        Row(f"log, inclusion proof at {LEAVES:,} leaves", each_us, "µs", None, "≤ 50 µs", each_us <= 50),
    ]


def _status_list() -> list[Row]:
    marked = sorted({secrets.randbelow(ENTRIES) for _ in range(ENTRIES // 200)})
    began = time.process_time()
    encoded = encode_list(ENTRIES, marked)
    took = time.process_time() - began
    kilobytes = len(encoded) * 3 / 4 / 1000
    return [
        Row(
            "status list of a million entries, 0.5 % set",
            kilobytes,
            "kB",
            None,
            "≤ 10 kB",
            kilobytes <= 10,
            {"as text, kB": round(len(encoded) / 1000, 1)},
        ),
        Row("status list of a million entries, built", took, "s", None, "≤ 1 s", took <= 1),
    ]


def _issuing(folder: Path) -> list[Row]:
    with running(folder / "data") as server:
        asyncio.run(migrate(server.url, read()))
        took = uvloop.run(_issue_many(server.url, folder))  # as the registry runs
    rate = ISSUED / took
    return [
        Row("data-only issue, all seven steps with PostgreSQL, one after the other", rate, "/s", None, "≥ 100 /s", rate >= 100)
    ]


async def _issue_many(url: str, folder: Path) -> float:
    centre = office(folder / "keys")
    async with connected(url) as db:
        await issue(db, centre, claim(0), NOW)
        began = time.monotonic()
        for number in range(1, ISSUED + 1):
            await issue(db, centre, claim(number), NOW)
        return time.monotonic() - began


def _pages() -> list[Row]:
    with hall(1) as made:
        serial = asyncio.run(_issue_in(made))
        return [
            _page(made, "verify page", "/verify"),
            _page(made, "page of a certificate, checked each minute and after each decision", f"/certificates/{serial}"),
        ]


async def _issue_in(made: Hall) -> str:
    now = datetime.now(UTC)
    centre = open_office(Issuer(made.url, "The centre"), made.folder / "keys", now)
    async with connected(made.database_url) as db:
        return (await issue(db, centre, claim(1), now)).serial


def _page(made: Hall, name: str, path: str) -> Row:
    spec = {"host": made.host, "port": made.port, "path": path, "per_s": VISITS_PER_S, "seconds": VISIT_S, "doors": DOORS}
    done = subprocess.run(
        [sys.executable, "-m", "bench.certificates.visitors"],
        input=json.dumps(spec),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    said = json.loads(done.stdout)
    took, hello = percentiles(said["page"]["took_ms"]), percentiles(said["hello"]["took_ms"])
    more: dict[str, object] = {
        "p50 / p95 / p99 ms": took,
        "hello": hello,
        "errors": said["page"]["errors"],
        "generator late by, p99 ms": percentiles(said["page"]["late_ms"]).p99,
    }
    met = took.p95 <= 50 and said["page"]["errors"] == 0
    return Row(f"{name}, {VISITS_PER_S} requests a second, p95", took.p95, "ms", None, "≤ 50 ms", met, more)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except asyncpg.PostgresError as error:
        raise SystemExit(f"the database refused: {error}") from error
