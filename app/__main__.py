"""`sarap`: every door of the command line, also as `python -m app`.

A command imports what it needs when it runs: `--help` answers at once, and a worker loads no room that is not its own.
Exit status: 0 done, 1 something is not as it should be, 2 the command or the settings are wrong.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Annotated

import typer

from app.centre_commands import account, scheme
from app.certificate_commands import reproduce
from app.command_line import database_url, read_settings, refuse
from app.key_commands import keys
from app.kit_commands import survival_kit
from app.log_commands import log
from app.receipt_commands import receipt
from app.record_commands import record
from app.settings import Settings
from app.task_commands import task
from app.voucher_commands import voucher

sarap = typer.Typer(
    name="sarap",
    help="Sarap: an independent IT-qualification certification exam system.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
worker = typer.Typer(help="Run one of the workers behind the web.", no_args_is_help=True)
certificate = typer.Typer(help="Check certificates.", no_args_is_help=True)
sarap.add_typer(worker, name="worker")
sarap.add_typer(certificate, name="certificate")
sarap.add_typer(account, name="account")
sarap.add_typer(scheme, name="scheme")
sarap.add_typer(task, name="task")
sarap.add_typer(record, name="record")
sarap.add_typer(receipt, name="receipt")
sarap.add_typer(log, name="log")
sarap.add_typer(keys, name="keys")
sarap.add_typer(voucher, name="voucher")
certificate.command()(reproduce)


@sarap.command()
def serve(
    web_only: Annotated[bool, typer.Option("--web-only", help="Only the web process, as in a container.")] = False,
) -> None:
    """Serve a whole centre on this machine: database, Docker engine, images, web and workers."""
    settings = read_settings()
    if web_only:
        from app import web

        _refuse_keys(settings)
        web.run(_with_database(settings))
        return
    from app import serve as centre
    from app.embedded_postgres import EmbeddedPostgresError
    from app.engine_setup import EngineMissing
    from app.migrate import MigrationError
    from app.seed import SeedError
    from sandbox.errors import SandboxError

    _run_or_explain(
        lambda: centre.serve(settings),
        centre.ServeError,
        EmbeddedPostgresError,
        EngineMissing,
        MigrationError,
        SeedError,
        SandboxError,
        OSError,
    )


@worker.command()
def judging() -> None:
    """Run candidates' programs in sandboxes. Holds no keys."""
    import uvloop

    from app.logs import configure_logging
    from app.workers import judging as judging_worker

    settings = _with_database(read_settings())
    _refuse_keys(settings)
    configure_logging(settings.log_format)
    uvloop.run(judging_worker.run(settings))


@worker.command()
def registry() -> None:
    """Seal and grade sessions, issue certificates, publish status lists. Holds the keys and runs no stranger's program."""
    import uvloop

    from app.logs import configure_logging
    from app.workers import registry as registry_worker

    settings = _with_database(read_settings())
    configure_logging(settings.log_format)
    uvloop.run(registry_worker.run(settings))


@sarap.command()
def migrate() -> None:
    """Bring the database to the schema of this version; set the roles' passwords where they are configured."""
    from app import embedded_postgres
    from app import migrate as migrations

    def bring(settings: Settings) -> None:
        assert settings.database_url is not None
        applied = asyncio.run(migrations.migrate(settings.database_url, migrations.read(), settings.role_passwords))
        typer.echo("\n".join(f"applied {name}" for name in applied) or "nothing to do")

    settings = read_settings()
    url = settings.database_url or embedded_postgres.url_of_running(settings.data_dir)

    def work() -> None:
        if url is not None:
            bring(replace(settings, database_url=url))
            return
        with embedded_postgres.running(settings.data_dir) as server:
            bring(replace(settings, database_url=server.url))

    _run_or_explain(work, embedded_postgres.EmbeddedPostgresError, migrations.MigrationError, OSError)


@sarap.command()
def check() -> None:
    """Check the settings and everything that Sarap needs on this machine; report all faults at once."""
    from app import checks

    settings = read_settings()
    faults = asyncio.run(checks.report(settings, typer.echo))
    raise typer.Exit(1 if faults else 0)


@sarap.command()
def workers() -> None:
    """List the judging workers of every host: what they do, what they can, and why one took itself out."""
    from datetime import UTC, datetime

    from app import checks
    from app.workers import roster

    settings = _with_database(read_settings())
    now = datetime.now(UTC)
    try:
        known, _ = asyncio.run(checks.roster_of(settings, now))
    except Exception as error:  # noqa: BLE001 - whatever it is, the list cannot be read
        refuse(f"cannot read the list: {error}", 1)
    typer.echo("\n".join(roster.lines(known, now)) or "no judging worker has reported in the last day")
    raise typer.Exit(0 if any(worker.works(now) for worker in known) else 1)


@sarap.command()
def images(
    every: Annotated[
        bool, typer.Option("--all", help="All languages that are tried here, not only those of the demo exam.")
    ] = False,
    named: Annotated[list[str] | None, typer.Argument(metavar="[LANGUAGE]...", help="These languages.")] = None,
) -> None:
    """Build the sandbox images that are missing, in the Docker engine that runs."""
    from app.progress import Progress
    from app.seed import LANGUAGES
    from sandbox import images as sandbox_images
    from sandbox import languages
    from sandbox.errors import SandboxError

    progress = Progress()
    codes = named or (languages.exercised() if every else LANGUAGES)

    def work() -> None:
        with progress.step("Sandbox images"):
            asyncio.run(sandbox_images.ensure(codes, progress.say))

    _run_or_explain(work, SandboxError)


@sarap.command(
    name="with-engine",
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "allow_interspersed_args": False},
)
def with_engine(
    context: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="The images of all languages, not only those of the demo exam.")] = False,
) -> None:
    """Run a command while a Docker engine and sandbox images are there, e.g. `sarap with-engine --all pytest`."""
    import subprocess

    from rich.console import Console

    from app import engine_setup
    from app.progress import Progress
    from app.seed import LANGUAGES
    from sandbox import images as sandbox_images
    from sandbox import languages
    from sandbox.errors import SandboxError

    if not context.args:
        refuse("which command?", 2)
    settings = read_settings()
    progress = Progress(Console(stderr=True))  # standard output is the command's
    status = 0

    def work() -> None:
        nonlocal status
        with engine_setup.engine(settings.data_dir, progress.say):
            with progress.step("Sandbox images"):
                asyncio.run(sandbox_images.ensure(languages.exercised() if every else LANGUAGES, progress.say))
            status = subprocess.run(context.args, check=False).returncode

    _run_or_explain(work, engine_setup.EngineMissing, SandboxError, OSError)
    raise typer.Exit(status)


@certificate.command(
    context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []},
)
def verify(context: typer.Context) -> None:
    """Check certificate files without asking anybody; the same as `python -m certificates verify`."""
    from certificates.__main__ import main as verifier

    raise typer.Exit(verifier(["verify", *context.args]))


certificate.command("survival-kit")(survival_kit)


@sarap.command()
def demo() -> None:
    """Walk the whole path at a fresh centre, without a browser: import, publish, sit, judge, grade, decide, issue, verify."""
    from app.demo.path import walk

    raise typer.Exit(walk(read_settings()))


@sarap.command()
def version() -> None:
    """Print the version."""
    from importlib.metadata import version as version_of

    typer.echo(version_of("sarap"))


def main() -> None:
    """Run the command line."""
    sarap()


def _refuse_keys(settings: Settings) -> None:
    """End where a process that strangers talk to, or whose programs are strangers', was told how to open the keys."""
    if settings.pkcs11_pin is not None:
        refuse("SARAP_PKCS11_PIN is for the registry alone: this process must not be able to open the device with the keys", 2)


def _with_database(settings: Settings) -> Settings:
    return replace(settings, database_url=database_url(settings))


def _run_or_explain(work: Callable[[], None], *expected: type[Exception]) -> None:
    """Run, and say in one sentence what went wrong where that is known; Ctrl-C is not an error."""
    try:
        work()
    except expected as error:
        refuse(str(error), 1)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


if __name__ == "__main__":
    main()
