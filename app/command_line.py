"""What the commands of `sarap` share: the settings, where the database is, and how a command ends that cannot go on.

As everywhere, what is needed is imported when it is needed: `--help` answers at once.
"""

from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from app.settings import Settings


def refuse(message: str, status: int) -> NoReturn:
    """Say why on standard error, and end: 1 if something is not as it should be, 2 if the command or the settings are wrong."""
    typer.secho(message, fg="red", err=True)
    raise typer.Exit(status)


def read_settings() -> "Settings":
    """Read the settings from the environment; if they are wrong, say every fault and end."""
    from app.settings import Settings, SettingsError

    try:
        return Settings.from_environment()
    except SettingsError as error:
        refuse("\n".join(error.faults), 2)


def database_url(settings: "Settings") -> str:
    """The configured database, else that of the centre that runs on this machine; if there is none, say so and end."""
    from app.embedded_postgres import url_of_running

    url = settings.database_url or url_of_running(settings.data_dir)
    if url is None:
        refuse("no database: set DATABASE_URL, or start the whole centre with `sarap serve`", 2)
    return url
