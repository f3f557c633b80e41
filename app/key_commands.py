"""`sarap keys …`: the ceremony, and what comes later in the life of a key. `docs/keys.md` tells when to do which.

    sarap keys ceremony --root /media/root.pem --person "A. Omarov" --person "B. Serik"
    sarap keys list
    sarap keys rotate key
    sarap keys retire key-2026-1
    sarap keys revoke key-2026-1 --from-log-index 4711 --person "A. Omarov" --person "B. Serik"
    sarap keys reseal
    sarap keys rehearse

They run where the registry runs, with its settings. As everywhere, a command imports what it needs when it runs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeVar

import typer

from app.command_line import read_settings, refuse

if TYPE_CHECKING:
    from app.key_custody import Custodian
    from certificates.chain import Root

T = TypeVar("T")

keys = typer.Typer(help="The centre's signing keys: ceremony, rotation, retirement, revocation.", no_args_is_help=True)

Persons = Annotated[list[str], typer.Option("--person", metavar="NAME", help="Who is present; two at least.")]
RootFile = Annotated[
    Path | None, typer.Option("--root", metavar="FILE", dir_okay=False, help="The root, on the medium where it is locked away.")
]
NOW: Final = "now"


@keys.command()
def ceremony(
    root: Annotated[Path, typer.Option(metavar="FILE", dir_okay=False, help="Where the root goes: on a medium of its own.")],
    person: Persons,
    country: Annotated[str, typer.Option(metavar="CODE", help="Of the organisation, for its X.509 name, e.g. KZ.")] = "",
    number: Annotated[
        str, typer.Option(metavar="NUMBER", help="Its registration number, e.g. NTRKZ-123456789012 (ETSI EN 319 412-1).")
    ] = "",
) -> None:
    """Make the root, and one key of each kind under it. Asks for the passphrase of the root, which is written down nowhere."""
    from app import key_custody
    from certificates.chain import Organisation
    from certificates.root_file import PASSPHRASE_MIN_CHARACTERS

    def ask() -> str:
        return str(
            typer.prompt(
                f"Passphrase of the root ({PASSPHRASE_MIN_CHARACTERS} characters at least)",
                hide_input=True,
                confirmation_prompt=True,
            )
        )

    async def work(custodian: "Custodian") -> list[str]:
        organisation = Organisation(custodian.settings.centre_name, country, number)
        return await key_custody.ceremony(custodian, root, ask, organisation, person)

    for name in _run(work):
        typer.echo(f"✓ {name}")
    typer.echo(f"✓ the root is in {root}: take the medium out and lock it away, and the passphrase elsewhere")


@keys.command(name="list")
def list_keys() -> None:
    """List every key that the centre has published, and what was decided about it."""
    from app import key_custody

    typer.echo("\n".join(_run(key_custody.lines)) or "there are no keys yet: the registry makes the first, or the ceremony")


@keys.command()
def rotate(
    kind: Annotated[
        str, typer.Argument(metavar="KIND", help="key (credentials and lists), log, or document (JWTs and seals).")
    ],
    root: RootFile = None,
) -> None:
    """Make the next key of a kind, log it, and sign with it from now on. The older ones stay published."""
    from app import key_custody

    async def work(custodian: "Custodian") -> str:
        return await key_custody.rotate(custodian, kind, _opened(root))

    typer.echo(f"✓ {_run(work)} is in the log and in the key document, and signs from now on")
    if kind == "log":
        typer.echo("✓ the older one goes on beside it: give witnesses and monitors the new key document, then retire that one")


@keys.command()
def retire(name: Annotated[str, typer.Argument(metavar="KEY", help="E.g. key-2026-1.")]) -> None:
    """End a key that was replaced: publish that it signs no more, then destroy its private half for good."""
    from app import key_custody

    async def work(custodian: "Custodian") -> int | None:
        return (await key_custody.retire(custodian, name)).from_log_index

    index = _run(work)
    typer.echo(f"✓ {name} signs nothing that is logged from leaf {index} on; its private half is destroyed")


@keys.command()
def revoke(
    name: Annotated[str, typer.Argument(metavar="KEY", help="E.g. key-2026-1.")],
    person: Persons,
    from_log_index: Annotated[
        str, typer.Option(metavar="N|now", help="The first leaf of the log for which the key is not believed.")
    ] = NOW,
    root: RootFile = None,
) -> None:
    """Withdraw a key that others may have: what was logged before leaf N stays authentic, and what comes after is refused."""
    from app import key_custody

    if from_log_index != NOW and not (from_log_index.isascii() and from_log_index.isdecimal()):
        refuse("--from-log-index takes the number of a leaf, or the word now", 2)

    async def work(custodian: "Custodian") -> "key_custody.Revoked":
        index = None if from_log_index == NOW else int(from_log_index)
        return await key_custody.revoke(custodian, name, index, person, lambda: _opened(root))

    done = _run(work)
    if done.successor is not None:
        typer.echo(f"✓ {done.successor} was made and signs from now on")
    if done.event.from_log_index is None:
        typer.echo(f"✓ {name} is revoked: no checkpoint by it is believed, and the newer one has signed the log as it stands")
        typer.echo("✓ give witnesses and monitors the new key document at once: until then they believe no checkpoint")
    else:
        typer.echo(f"✓ {name} is revoked from leaf {done.event.from_log_index} on; what was logged before stays authentic")
    typer.echo("✓ the status lists are signed anew")
    for serial in done.refused:
        typer.echo(f"✗ {serial} was logged at or after that leaf and is refused from now on: decide about it again")
    if name.startswith("document-"):
        typer.echo("✓ the registry makes tokens and pages anew that it had signed; `sarap keys reseal` does it now")


@keys.command()
def reseal() -> None:
    """Make every token and page again that a withdrawn document key had signed, under the key that signs now.

    The registry does it too. What was interrupted goes on, and nothing is made twice. Exit status 0 if nothing is left to do, 1
    if a certificate could not be done.
    """
    from app import key_custody
    from certificates.carriers.typesetter import Typesetter

    async def work(custodian: "Custodian") -> "key_custody.Resealing":
        typesetter = Typesetter()
        try:
            return await key_custody.reseal(custodian, typesetter.typeset)
        finally:
            await typesetter.close()

    done = _run(work)
    typer.echo(f"✓ {done.certificates} certificates have their token and pages again, under {done.key_name}")
    for serial, why in done.failures.items():
        typer.secho(f"✗ {serial}: {why}", fg="red", err=True)
    if done.failures:
        raise typer.Exit(1)


@keys.command()
def rehearse() -> None:
    """Do all of it at a centre that is made for this and swept away: ceremony, rotation, theft, revocation."""
    from app import key_rehearsal

    try:
        key_rehearsal.rehearse()
    except key_rehearsal.RehearsalFailed as error:
        refuse(str(error), 1)


def _run(work: "Callable[[Custodian], Awaitable[T]]") -> T:
    """Do it with this centre's settings, keys and database, and say in one sentence what went wrong where that is known."""
    from app.key_custody import custodian
    from certificates.errors import CertificateError

    settings = read_settings()

    async def all_of_it() -> T:
        async with custodian(settings, datetime.now(UTC)) as opened:
            return await work(opened)

    try:
        return asyncio.run(all_of_it())
    except (CertificateError, OSError) as error:
        refuse(str(error), 1)


def _opened(root: Path | None) -> "Root | None":
    from certificates.root_file import read_root

    return None if root is None else read_root(root, str(typer.prompt("Passphrase of the root", hide_input=True)))
