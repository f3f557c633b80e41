"""`sarap record …`: prove later what the judge did.

    sarap record export 0d5b7f52-2f6e-4a3e-9a7e-54c1f5a0c001 appeal      at the centre, from its database
    sarap record verify appeal/records-0d5b7f52-….zip                    anywhere, from the file alone
    sarap record replay appeal/records-0d5b7f52-….zip                    where a Docker engine is

As everywhere, a command imports what it needs when it runs.
"""

import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from app.command_line import database_url, read_settings, refuse

if TYPE_CHECKING:
    from app.record_replay import ReplayReport
    from exams.judging.record_file import RecordFile

record = typer.Typer(help="Prove what the judge did: export, verify and replay judging records.", no_args_is_help=True)

FilePath = Annotated[
    Path, typer.Argument(metavar="FILE", help="A file that `sarap record export` wrote.", exists=True, dir_okay=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]


@record.command()
def export(
    subject: Annotated[UUID, typer.Argument(metavar="SESSION_ID|SUBMISSION_ID", help="Of whom, or of which program.")],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to; made if it is not there.", file_okay=False)],
) -> None:
    """Write a session's records, and what replaying them needs, into one file. It holds secret test cases: keep it so.

    The records of the whole session are always in it. With a submission's id, only that program can be replayed.
    """
    from exams.errors import NotFound

    url = database_url(read_settings())
    try:
        typer.echo(str(asyncio.run(_export(url, subject, folder))))
    except (NotFound, OSError) as error:
        refuse(str(error), 1)


@record.command()
def verify(path: FilePath, as_json: AsJson = False) -> None:
    """Check the chain and every hash of a record file. Exit status 0 if it is whole, 1 with everything that is wrong if not."""
    from exams.judging.record import root_of
    from exams.judging.record_file import faults_of_file

    file = _read(path)
    faults = faults_of_file(file)
    root = root_of(file.documents).hex()
    if as_json:
        count = len(file.documents)
        typer.echo(json.dumps({"session_id": str(file.session_id), "records": count, "root": root, "faults": faults}))
    else:
        for fault in faults:
            typer.secho(fault, fg="red")
        typer.echo(f"session {file.session_id}\nrecords {len(file.documents)}\nroot    {root}")
        typer.secho("broken" if faults else "whole: every record follows the one before it", bold=True)
    raise typer.Exit(1 if faults else 0)


@record.command()
def replay(
    path: FilePath,
    only: Annotated[list[int] | None, typer.Option("--record", help="Only this record, by its number; repeatable.")] = None,
    present_image: Annotated[
        bool, typer.Option("--present-image", help="Use today's image where the recorded one is not here: weaker evidence.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge the programs of a record file again and say for each case: output, verdict and time as recorded, or not.

    Needs a Docker engine and no database. Exit status 0 if everything is as it was, 1 if not or if something was not replayed.
    """
    from exams.judging.record_file import faults_of_file
    from sandbox.errors import SandboxError

    file = _read(path)
    if faults := faults_of_file(file):
        refuse("\n".join(faults), 1)
    try:
        same = asyncio.run(_replay(file, set(only or ()), present_image=present_image, as_json=as_json))
    except SandboxError as error:
        refuse(f"nothing could be replayed: {error} [{error.code}]", 1)
    raise typer.Exit(0 if same else 1)


async def _export(database_url: str, subject: UUID, folder: Path) -> Path:
    from app.database import open_pool, transaction
    from app.record_export import ROLE
    from app.record_export import export as write

    pool = await open_pool(database_url, ROLE)
    try:
        async with transaction(pool) as db:
            return await write(db, subject, folder)
    finally:
        await pool.close()


async def _replay(file: "RecordFile", only: set[int], *, present_image: bool, as_json: bool) -> bool:
    from app.record_replay import replay_file

    told, same = 0, True
    async for report in replay_file(file, only, present_image=present_image):
        told += 1
        same = same and report.same
        typer.echo(_as_json(report) if as_json else "\n".join(_in_words(report)))
    if not told:
        typer.echo("nothing to replay: this file holds no program of these records", err=True)
    return same and told > 0


def _as_json(report: "ReplayReport") -> str:
    return json.dumps(asdict(report) | {"same": report.same})


def _in_words(report: "ReplayReport") -> list[str]:
    """A record as lines: `record 3: the same. AC, 100 of 100`, then one line for each case."""
    if report.replayed is None:
        return [f"record {report.position}: NOT REPLAYED: {report.why}"]
    replayed = report.replayed
    verdict = replayed.now if replayed.verdict_equal else f"{replayed.was} then, {replayed.now} now"
    lines = [f"record {report.position}: {'the same' if report.same else 'DIFFERENT'}: {verdict}"]
    if report.weaker:
        lines.append(f"  weaker evidence: {report.weaker}")
    lines += [f"  {difference}" for difference in replayed.differences]
    lines += [
        f"  {case.name}  output {_yes(case.outputs_equal)}  verdict {_yes(case.verdict_equal)}  time {_yes(case.time_in_band)}"
        + ("" if case.same else f"  ({case.was} then, {case.now} now)")
        for case in replayed.cases
    ]
    return lines


def _yes(answer: bool | None) -> str:
    return "-" if answer is None else "yes" if answer else "NO"


def _read(path: Path) -> "RecordFile":
    from exams.judging.record_file import read_record_file

    try:
        return read_record_file(path)
    except (ValueError, OSError) as error:
        refuse(str(error), 1)
