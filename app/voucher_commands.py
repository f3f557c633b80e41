"""`sarap voucher issue`: a batch of voucher codes into a file, for schools and companies.

    sarap voucher issue --count 100000 --valid-until 2027-06-30 --note "Schools of Almaty" --out vouchers.csv

The file is the only list of the codes; the database keeps what they can be recognised by. As everywhere, a command imports what
it needs when it runs.
"""

import asyncio
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.command_line import database_url, read_settings, refuse

if TYPE_CHECKING:
    from app.settings import Settings

voucher = typer.Typer(help="Issue vouchers, with which seats are booked.", no_args_is_help=True)


@voucher.callback()
def group() -> None:
    """Keep `issue` a command of its own, although it is the only one."""


@voucher.command()
def issue(
    count: Annotated[int, typer.Option(help="How many.", min=1)],
    valid_until: Annotated[datetime, typer.Option(help="The last day, on the centre's clock.", formats=["%Y-%m-%d"])],
    note: Annotated[str, typer.Option(help="For whom, as registrars read it.")],
    out: Annotated[Path, typer.Option(help="The CSV file to write; it must not be there yet.", dir_okay=False)],
    scheme: Annotated[str | None, typer.Option(help="The code of the one scheme that they are for; any if left out.")] = None,
) -> None:
    """Issue a batch and write its codes, which nobody can show again.

    Exit status 0 if it was issued; 1 if the database or the file refused, and then there is neither; 2 if an option is wrong.
    """
    from exams.errors import InvalidInput

    settings = read_settings()
    if out.exists():
        raise typer.BadParameter(f"{out} is there already", param_hint="--out")
    try:
        asyncio.run(_issue(settings, database_url(settings), count, valid_until, note, out, scheme))
    except InvalidInput as error:
        raise typer.BadParameter(str(error)) from error
    except OSError as error:
        refuse(str(error), 1)
    typer.echo(f"{count} vouchers are in {out}")


async def _issue(
    settings: "Settings", url: str, count: int, valid_until: datetime, note: str, out: Path, scheme: str | None
) -> None:
    from app import audit
    from app.database import connected
    from exams.booking.store import insert_batch
    from exams.booking.voucher import code_sha256, last_moment, new_codes, voucher_file, written_note
    from exams.booking.zones import pinned
    from exams.errors import InvalidInput
    from exams.papers.store import schemes

    now = datetime.now(UTC)
    words = written_note(note)
    until = last_moment(valid_until.date(), settings.time_zone.key, now, pinned())
    codes = list(new_codes(count))
    beside = out.with_name(f".{out.name}.part")
    try:
        with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8", newline="") as file:
            file.write(voucher_file(codes, until))
            file.flush()
            os.fsync(file.fileno())  # on the disk before the database knows of them
        async with connected(url) as db, db.transaction():
            named = None if scheme is None else next((one for one in await schemes(db) if one.code == scheme), None)
            if scheme is not None and named is None:
                raise InvalidInput("scheme", "unknown")
            scheme_id = None if named is None else named.scheme_id
            batch_id = await insert_batch(db, scheme_id, words, until, None, [code_sha256(code) for code in codes], now)
            await audit.record(db, None, "voucher:issue", f"voucher-batch:{batch_id}", {"count": count})
        beside.replace(out)
    finally:
        beside.unlink(missing_ok=True)
