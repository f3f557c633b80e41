"""`sarap keys`: the commands of docs/keys.md as they stand there, the rehearsal, and what is refused."""

import asyncio
import re
import shlex
import subprocess
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Final

import pytest
from rich.console import Console
from typer.testing import CliRunner

from app.__main__ import sarap
from app.key_custody import ceremony, custodian, retire, revoke, rotate
from app.key_rehearsal import walk
from app.negotiation import preferred_type
from app.progress import Progress
from app.settings import Settings
from certificates.chain import Organisation, make_root
from certificates.errors import KeyUnusable
from certificates.key_files import FileSafe
from certificates.root_file import read_root, write_root
from certificates.trust import load_trust
from tests.certificates.centre import NOW
from tests.fixtures.postgres import Database

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "keys.md"
PASSPHRASE: Final = "correct horse battery staple"
PEOPLE: Final = ("First Custodian", "Second Custodian")
ASKED: Final = f"{PASSPHRASE}\n{PASSPHRASE}\n"


def environment(database: Database, folder: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": database.url,
        "SARAP_DATA_DIR": str(folder / "centre"),
        "SARAP_PUBLIC_URL": "https://centre.example",
        "SARAP_DEMO": "0",
    }


def commands() -> list[list[str]]:
    """Every command line of the page, with the year of today in the names of keys."""
    year = f"{datetime.now(UTC):%Y}"
    blocks = re.findall(r"```sh\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line]
    return [shlex.split(re.sub(r"-2026-", f"-{year}-", line)) for line in lines]


async def test_the_commands_of_the_page_on_keys_do_what_it_says(database: Database, tmp_path: Path) -> None:
    medium = tmp_path / "medium"
    medium.mkdir()
    said: list[str] = []
    for program, *arguments in commands():
        assert program == "sarap"
        here = [argument.replace("/media/root", str(medium)) for argument in arguments]
        done = await asyncio.to_thread(
            CliRunner().invoke, sarap, here, input=ASKED, env=environment(database, tmp_path), catch_exceptions=False
        )
        assert done.exit_code == 0, (arguments, done.output)
        assert PASSPHRASE not in done.output
        said.append(done.output)
    assert len(said) == 9
    (trust,) = load_trust([tmp_path / "centre" / "trust" / "centre.example.json"]).values()
    states = [(key.retired_from_log_index is not None, key.revoked is not None) for key in trust.credential_keys.values()]
    assert states == [(True, False), (False, True), (False, False)]
    assert len(trust.document_keys) == len(trust.log_keys) == 2
    assert all(key.chain for key in trust.document_keys.values())
    acts = [row["action"] for row in await database.admin.fetch("SELECT action FROM audit_event ORDER BY audit_event_id")]
    assert acts == ["key:ceremony", *["key:rotate"] * 3, *["key:retire"] * 2, "key:rotate", "key:revoke"]
    persons = await database.admin.fetchval("SELECT persons FROM key_event WHERE kind = 'revoke-key'")
    assert persons == ["Aigerim Satbaeva", "Bolat Omarov"]
    kept = b"".join(path.read_bytes() for path in (tmp_path / "centre").rglob("*") if path.is_file())
    assert b"ENCRYPTED" not in kept
    again = await asyncio.to_thread(
        CliRunner().invoke, sarap, ["keys", "rotate", "document"], env=environment(database, tmp_path)
    )
    assert (again.exit_code, "--root" in again.output) == (1, True)


async def test_the_rehearsal_goes_through_every_step(database: Database, tmp_path: Path) -> None:
    progress = Progress(Console(quiet=True))
    settings = Settings.from_environment(environment(database, tmp_path))
    settings.data_dir.mkdir()
    async with custodian(settings, datetime.now(UTC)) as who:
        await walk(who, tmp_path / "root.pem", progress)
    assert len(progress.times) == 21


async def test_after_the_root_was_lost_a_new_ceremony_is_held_in_a_new_folder_in_the_same_year(
    database: Database, tmp_path: Path
) -> None:
    organisation = Organisation("The centre")
    old = environment(database, tmp_path) | {"SARAP_KEYS_DIR": str(tmp_path / "old")}
    made: list[list[str]] = []
    for folder in ("old", "new"):
        settings = Settings.from_environment(old | {"SARAP_KEYS_DIR": str(tmp_path / folder)})
        settings.data_dir.mkdir(exist_ok=True)
        async with custodian(settings, NOW) as who:
            made.append(await ceremony(who, tmp_path / f"{folder}.pem", lambda: PASSPHRASE, organisation, PEOPLE))
            if folder == "new":
                await revoke(who, made[0][2], None, PEOPLE, lambda: None)
    assert made == [["key-2026-1", "log-2026-1", "document-2026-1"], ["key-2026-2", "log-2026-2", "document-2026-2"]]
    (trust,) = load_trust([tmp_path / "centre" / "trust" / "centre.example.json"]).values()
    assert [key.revoked is not None for key in trust.document_keys.values()] == [True, False]


async def test_what_ended_before_a_private_half_was_destroyed_is_ended_by_doing_it_again(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object) -> None:
        raise OSError

    settings = Settings.from_environment(environment(database, tmp_path))
    settings.data_dir.mkdir()
    async with custodian(settings, NOW) as who:
        for _ in range(2):
            await rotate(who, "key", None)
        for act in (partial(retire, who, "key-2026-1"), partial(revoke, who, "key-2026-2", None, PEOPLE, lambda: None)):
            with monkeypatch.context() as once:
                once.setattr(FileSafe, "destroy", stopped)
                with pytest.raises(OSError):
                    await act()
            await act()
        assert [name for name in who.safe.names() if name.startswith("key-")] == ["key-2026-3"]
    for action in ("key:retire", "key:revoke"):
        assert await database.admin.fetchval("SELECT count(*) FROM audit_event WHERE action = $1", action) == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ceremony", "--root", "{}/centre/root.pem", "--person", "A", "--person", "B"], "medium that can be taken out"),
        (["ceremony", "--root", "{}/root.pem", "--person", "A"], "2 different people"),
        (["revoke", "key-1999-1", "--person", "A", "--person", "B"], "there is no key key-1999-1"),
        (["revoke", "key-1999-1", "--person", "A", "--person", "B", "--from-log-index", "-1"], "number of a leaf"),
        (["rotate", "house"], "none of house"),
    ],
)
async def test_what_makes_no_sense_is_refused_in_a_sentence(
    database: Database, tmp_path: Path, arguments: list[str], says: str
) -> None:
    here = ["keys", *(argument.format(tmp_path) for argument in arguments)]
    done = await asyncio.to_thread(CliRunner().invoke, sarap, here, input=ASKED, env=environment(database, tmp_path))
    assert done.exit_code in {1, 2}
    assert says in done.output


def test_the_root_opens_with_its_passphrase_alone_also_for_openssl(tmp_path: Path) -> None:
    path = tmp_path / "root.pem"
    root = make_root(Organisation("The centre", "KZ"), NOW)
    with pytest.raises(KeyUnusable, match="at least"):
        write_root(path, root, "short")
    write_root(path, root, PASSPHRASE)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_root(path, PASSPHRASE).key.private_numbers() == root.key.private_numbers()
    for wrong in (PASSPHRASE + " ", ""):
        with pytest.raises(KeyUnusable):
            read_root(path, wrong)
    with pytest.raises(FileExistsError):
        write_root(path, root, PASSPHRASE)
    opened = subprocess.run(
        ["openssl", "pkey", "-in", path, "-passin", f"pass:{PASSPHRASE}", "-noout", "-check"], capture_output=True, check=False
    )
    assert opened.returncode == 0, opened.stderr


@pytest.mark.parametrize("command", [["serve", "--web-only"], ["worker", "judging"]])
def test_a_process_that_strangers_reach_refuses_to_know_the_pin_of_the_device(command: list[str]) -> None:
    environment = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "SARAP_PKCS11_PIN": "1234"}
    done = CliRunner().invoke(sarap, command, env=environment)
    assert done.exit_code == 2
    assert "for the registry alone" in done.output
    assert "1234" not in done.output


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        ("", "application/vc"),
        ("*/*", "application/vc"),
        ("text/html", "application/vc"),
        ("application/vc+jwt", "application/vc+jwt"),
        ("application/jwt, */*;q=0.1", "application/jwt"),
        ("application/vc+jwt;q=0.2, application/vc;q=0.9", "application/vc"),
        ("application/vc+jwt;q=0, */*", "application/vc"),
        ("application/vc+jwt;q=much", "application/vc"),
        ("x" * 3_000 + ",application/vc+jwt", "application/vc"),
    ],
)
def test_of_the_forms_of_a_list_the_one_that_is_wanted_is_sent(accept: str, chosen: str) -> None:
    assert preferred_type(accept, ("application/vc", "application/vc+jwt", "application/jwt")) == chosen
