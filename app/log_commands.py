"""`sarap log …`: watch a centre's log from outside, as anyone can.

    sarap log witness --name witness.example/w1 --trust did.json --folder /var/lib/witness     cosigns what only grows
    sarap log monitor https://centre.example/log --trust did.json --state log.json             reads every entry itself

Both need the centre's key document and nothing else of it. As everywhere, a command imports what it needs when it runs.
"""

import json
import time
import urllib.request
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from app.command_line import refuse

if TYPE_CHECKING:
    from certificates.log.cosignature import WitnessKey
    from certificates.log.monitor import Fetch, Visit
    from certificates.trust import TrustedIssuer

log = typer.Typer(help="Watch a centre's transparency log from outside.", no_args_is_help=True)

FETCH_TIMEOUT_S: Final = 30
FETCH_MAX_BYTES: Final = 32 * 1024 * 1024
"""Bytes. A bundle of 256 entries at their largest is half of that."""

TrustFiles = Annotated[
    list[Path],
    typer.Option("--trust", metavar="FILE", help="A centre's key document; repeatable.", exists=True, dir_okay=False),
]


@log.command()
def witness(
    name: Annotated[str, typer.Option(help="Under which name it signs: an address without its scheme.")],
    trust: TrustFiles,
    folder: Annotated[Path, typer.Option(metavar="DIR", help="Its keys and what it has cosigned.", file_okay=False)],
    host: Annotated[str, typer.Option(help="Where it listens.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where it listens.")] = 8090,
) -> None:
    """Cosign each checkpoint that continues the last one. Prints its keys, which employers and centres then pin."""
    import uvicorn

    from app.witness import Memory, WitnessUnusable, create_witness, open_witness

    logs = logs_of(_issuers(trust), datetime.now(UTC))
    try:
        opened, memory = open_witness(folder, name), Memory(folder)
    except (WitnessUnusable, OSError) as error:
        refuse(str(error), 1)
    for key in opened.keys:
        typer.echo(key.text)
    uvicorn.run(create_witness(opened, logs, memory), host=host, port=port, log_level="warning", timeout_graceful_shutdown=3)


@log.command()
def monitor(
    address: Annotated[str, typer.Argument(metavar="URL", help="The log, e.g. https://centre.example/log")],
    trust: TrustFiles,
    state: Annotated[Path, typer.Option(metavar="FILE", help="How far it was read; made at the first visit.", dir_okay=False)],
    witnesses: Annotated[
        Path | None, typer.Option("--witnesses", metavar="FILE", help="Keys of witnesses, one a line.", exists=True)
    ] = None,
    quorum: Annotated[int | None, typer.Option(min=0, help="How many of them must stand behind it.")] = None,
    every_s: Annotated[int, typer.Option("--every", metavar="SECONDS", help="Visit again and again.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a visit.")] = False,
) -> None:
    """Read what is new in a log and work out its root.

    Exit status 0: all is well, 1: it misbehaved, or too few witnesses stand behind it, 2: it was not reached. Which witnesses
    and how many the key document says, as far as the options do not.
    """
    from certificates.log.monitor import BEGINNING, Followed, LogMisbehaved, visit
    from certificates.log.policy import WitnessPolicy

    origin = address.partition("://")[2].rstrip("/")
    issuer = next((one for one in _issuers(trust) if _origin(one) == origin), None)
    if issuer is None:
        refuse(f"no key document speaks for the log {origin}", 2)
    log_keys = logs_of([issuer], datetime.now(UTC))[origin]
    keys = _witness_keys(witnesses) or issuer.witnesses.keys
    policy = WitnessPolicy(tuple(keys), issuer.witnesses.quorum if quorum is None else quorum)
    while True:
        try:
            last = Followed.from_json(json.loads(state.read_text("utf-8"))) if state.exists() else BEGINNING
            found = visit(_fetcher(address), origin, log_keys, last, policy, issuer.log_cosigners)
        except LogMisbehaved as error:
            _tell_alarm(origin, str(error), as_json=as_json)
            raise typer.Exit(1) from None
        except (OSError, ValueError) as error:
            if not every_s:
                refuse(f"{origin}: {error}", 2)
            typer.secho(f"{origin}: {error}", fg="yellow", err=True)
        else:
            _keep(state, json.dumps(found.followed.as_json()))
            _tell(origin, found, as_json=as_json)
            if found.lacks_witnesses and not every_s:
                raise typer.Exit(1)
        if not every_s:
            return
        time.sleep(every_s)


def _tell(origin: str, found: "Visit", *, as_json: bool) -> None:
    cosigned = list(dict.fromkeys(one.witness.name for one in found.cosigned))
    if as_json:
        facts = {"log": origin, "ok": not found.lacks_witnesses, "size": found.followed.size, "added": found.added}
        typer.echo(json.dumps({**facts, "cosigned": cosigned}))
        return
    added = ", ".join(f"{count} {kind}" for kind, count in sorted(found.added.items())) or "nothing new"
    typer.echo(f"{origin}: {found.followed.size} entries ({added}); cosigned by {', '.join(cosigned) or 'no witness you know'}")
    if found.lacks_witnesses:
        typer.secho(f"{origin}: {found.quorum} witnesses are wanted, so it may show others something else", fg="red", err=True)


def _tell_alarm(origin: str, reason: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"log": origin, "ok": False, "reason": reason}))
    else:
        typer.secho(f"{origin}: THE LOG MISBEHAVED: {reason}", fg="red", bold=True, err=True)


def _fetcher(address: str) -> "Fetch":
    if not address.startswith(("https://", "http://")):
        refuse("the address of a log begins with https://", 2)

    def fetch(path: str) -> bytes:
        with urllib.request.urlopen(f"{address.rstrip('/')}/{path}", timeout=FETCH_TIMEOUT_S) as answer:  # noqa: S310 - checked above
            content: bytes = answer.read(FETCH_MAX_BYTES + 1)
        if len(content) > FETCH_MAX_BYTES:
            msg = f"{path} is larger than any file of a log"
            raise OSError(msg)
        return content

    return fetch


def _keep(path: Path, content: str) -> None:
    beside = path.with_name(f"{path.name}.new")
    beside.write_text(content, "utf-8")
    beside.replace(path)


def _witness_keys(path: Path | None) -> "list[WitnessKey]":
    from certificates.log.cosignature import read_witness_key

    if path is None:
        return []
    try:
        return [read_witness_key(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    except ValueError as error:
        refuse(f"{path}: {error}", 2)


def logs_of(issuers: "Iterable[TrustedIssuer]", now: datetime) -> dict[str, list[bytes]]:
    """The keys of each log, by its name: those that were not withdrawn, since whoever stole one can show any log."""
    return {_origin(issuer): [key.public_key for key in issuer.counting_log_keys(now)] for issuer in issuers}


def _issuers(paths: list[Path]) -> "list[TrustedIssuer]":
    from certificates.errors import TrustUnusable
    from certificates.trust import load_trust

    try:
        return list(load_trust(paths).values())
    except TrustUnusable as error:
        refuse(str(error), 2)


def _origin(issuer: "TrustedIssuer") -> str:
    if issuer.log_origin is None:
        refuse(f"the key document of {issuer.did} does not say where its log is", 2)
    return issuer.log_origin
