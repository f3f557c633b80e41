"""`sarap account …` and `sarap scheme …`: the people and the exams of a centre, which no process may make.

    sarap account new aigerim --name "Aigerim Sadykova" --role candidate --language kk
    sarap account roles aigerim --role proctor --role registrar
    sarap account password aigerim
    sarap scheme found junior.yaml

They act as the user of DATABASE_URL, who owns the database, as for `sarap migrate`. A password is made here, shown once and
kept as a hash alone. Exit status 0 if it was done; 1 if the database, or what is in it, refuses, and then nothing was changed;
2 if an option or the file is wrong. As everywhere, a command imports what it needs when it runs.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, TypeAlias

import typer

from app.command_line import database_url, read_settings, refuse

if TYPE_CHECKING:
    from app.auth.account import Role
    from app.database import Connection
    from exams.ids import AccountId

account = typer.Typer(help="Make accounts, give them roles and passwords.", no_args_is_help=True)
scheme = typer.Typer(help="Found schemes: what the centre certifies.", no_args_is_help=True)

LOGIN_MIN_CHARACTERS: Final = 3
LOGIN_MAX_CHARACTERS: Final = 100
NAME_MAX_CHARACTERS: Final = 200
"""As in the table of accounts."""

Act: TypeAlias = "tuple[str, str, dict[str, object]]"
"""What goes into the audit: action, subject and detail."""

Login = Annotated[str, typer.Argument(help="3 to 100 characters; large and small letters make no difference.")]
ROLE: Final = typer.Option("--role", help="candidate, examiner, proctor or registrar; may be given several times.")


class Refused(Exception):
    """What is in the database does not allow it; the message says why."""


@account.command()
def new(
    login: Login,
    name: Annotated[str, typer.Option(help="As pages and certificates write it.")],
    role: Annotated[list[str], ROLE],
    language: Annotated[str, typer.Option(help="Of the pages that they see: kk, ru or en.")] = "kk",
) -> None:
    """Make an account and print its password, which nobody can show again."""
    from app.auth import store
    from app.auth.passwords import hash_password, new_password
    from app.locales import Locale
    from exams.words import written

    known_as, given, chosen = _login(login), _roles(role), new_password()
    if language not in set(Locale):
        raise typer.BadParameter("must be kk, ru or en", param_hint="--language")

    async def make(db: "Connection") -> Act:
        words = written("name", name, NAME_MAX_CHARACTERS)
        account_id = await store.insert_account(
            db, login=known_as, password_hash=hash_password(chosen), display_name=words, locale=language
        )
        if account_id is None:
            raise Refused(f"there is an account {known_as} already")
        await store.set_roles(db, account_id, given)
        return "account:new", f"account:{account_id}", {"roles": given}

    _as_owner(make)
    typer.echo(chosen)


@account.command()
def roles(login: Login, role: Annotated[list[str] | None, ROLE] = None) -> None:
    """Give an account these roles and no others, from its next request on; without any it may do nothing."""
    from app.auth import store

    known_as, given = _login(login), _roles(role or [])

    async def give(db: "Connection") -> Act:
        account_id = await _account(db, known_as)
        await store.set_roles(db, account_id, given)
        return "account:roles", f"account:{account_id}", {"roles": given}

    _as_owner(give)


@account.command()
def password(login: Login) -> None:
    """Give an account another password, print it, and sign the account out everywhere."""
    from app.auth import store
    from app.auth.passwords import hash_password, new_password

    known_as, chosen = _login(login), new_password()

    async def change(db: "Connection") -> Act:
        account_id = await store.set_password_hash(db, known_as, hash_password(chosen))
        if account_id is None:
            raise Refused(f"there is no account {known_as}")
        await store.revoke_websessions_of(db, account_id, datetime.now(UTC))
        return "account:password", f"account:{account_id}", {}

    _as_owner(change)
    typer.echo(chosen)


@scheme.command()
def found(
    file: Annotated[Path, typer.Argument(help="The scheme, in YAML; docs/centre.md has one.", exists=True, dir_okay=False)],
) -> None:
    """Found a scheme. It is never changed afterwards: who sat it was promised what it says."""
    from exams.papers.founding import read_scheme
    from exams.papers.setting import found_scheme

    async def make(db: "Connection") -> Act:
        wanted = read_scheme(file.read_bytes())
        scheme_id = await found_scheme(
            db,
            code=wanted.code,
            names=wanted.names,
            descriptions=wanted.descriptions,
            duration_minutes=wanted.duration_minutes,
            cut_score_percent=wanted.cut_score_percent,
            languages=wanted.languages,
            blueprint=wanted.rows,
            now=datetime.now(UTC),
            rules=wanted.rules,
        )
        if scheme_id is None:
            raise Refused(f"there is a scheme {wanted.code} already")
        return "scheme:found", f"scheme:{scheme_id}", {"code": wanted.code}

    _as_owner(make)


@scheme.callback()
def group() -> None:
    """Keep `found` a command of its own, although it is the only one."""


def _login(text: str) -> str:
    login = text.strip().lower()
    if not LOGIN_MIN_CHARACTERS <= len(login) <= LOGIN_MAX_CHARACTERS or not login.isprintable() or " " in login:
        raise typer.BadParameter("must have 3 to 100 characters and no space among them", param_hint="LOGIN")
    return login


def _roles(words: list[str]) -> "list[Role]":
    from app.auth.account import Role

    offered = [role for role in Role if role is not Role.ADMINISTRATOR]  # no page asks for that one
    if unknown := set(words) - set(offered):
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: must be one of {', '.join(offered)}", param_hint="--role")
    return [role for role in offered if role in words]


async def _account(db: "Connection", login: str) -> "AccountId":
    from app.auth import store

    known = await store.sign_in_of_login(db, login)
    if known is None:
        raise Refused(f"there is no account {login}")
    return known.account_id


def _as_owner(work: "Callable[[Connection], Awaitable[Act]]") -> None:
    """Do it and write it down, in one transaction of the database's owner; explain what went wrong and end the command."""
    from exams.errors import InvalidInput

    url = database_url(read_settings())
    try:
        asyncio.run(_do(url, work))
    except InvalidInput as error:
        refuse(str(error), 2)
    except Exception as error:  # noqa: BLE001 - whatever it is, the database did not take it
        refuse(str(error), 1)


async def _do(url: str, work: "Callable[[Connection], Awaitable[Act]]") -> None:
    from app import audit
    from app.database import connected

    async with connected(url) as db, db.transaction():
        await audit.record(db, None, *await work(db))
