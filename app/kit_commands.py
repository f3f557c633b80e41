"""`sarap certificate survival-kit DIR`: everything that checking takes, as a folder that outlives the centre.

As everywhere, a command imports what it needs when it runs.
"""

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.command_line import database_url, read_settings, refuse

if TYPE_CHECKING:
    from app.settings import Settings
    from app.survival_kit import Kit


def survival_kit(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that is empty or not there yet.", file_okay=False)],
) -> None:
    """Write one folder with which every certificate issued so far is checked in a browser, from a disk, without the centre.

    Exit status 0 if it was written, 1 if there is nothing to keep yet or the folder or the database refused, 2 if the settings
    are wrong.
    """
    from app.survival_kit import NothingToKeep
    from certificates.errors import CertificateError

    settings = read_settings()
    try:
        kit = asyncio.run(_write(settings, database_url(settings), folder))
    except (NothingToKeep, CertificateError, OSError) as error:
        refuse(str(error), 1)
    typer.echo(f"{kit.entries} log entries, {kit.files} files, {kit.size_bytes / 1e6:.1f} MB: open {folder / 'index.html'}")


async def _write(settings: "Settings", url: str, folder: Path) -> "Kit":
    from app.database import connected
    from app.survival_kit import write_kit

    async with connected(url) as db:
        return await write_kit(db, folder, settings.centre_name, settings.time_zone, datetime.now(UTC))
