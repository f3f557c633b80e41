"""`python -m certificates verify` as an employer runs it: a process that has nothing of the centre's but its keys."""

import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from certificates.bundle import write_bundle
from certificates.carriers.carrier import Kept
from certificates.carrying import as_handed_over, log_proof_file, make_carriers
from certificates.status_list import SNAPSHOT_LIFETIME, Purpose
from certificates.strict_json import canonical
from tests.certificates.centre import Centre, claim

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an employer received, and the key document that he keeps."""
    folder = tmp_path_factory.mktemp("letter")
    now = datetime.now(UTC)
    centre = Centre()
    bundle = centre.certify(claim(awarded_at=now), now)
    lists = tuple(centre.status_list(purpose, (), now) for purpose in Purpose)
    good = write_bundle(bundle.with_status(lists))
    (folder / "good.sarap.json").write_bytes(good)
    (folder / "altered.sarap.json").write_bytes(good.replace(b'"value":"87.5"', b'"value":"97.5"'))
    (folder / "garbage.sarap.json").write_bytes(b"not a certificate")
    old = tuple(centre.status_list(purpose, (), now - SNAPSHOT_LIFETIME - timedelta(days=1)) for purpose in Purpose)
    (folder / "old.sarap.json").write_bytes(write_bundle(bundle.with_status(old)))
    for purpose, document in zip(Purpose, lists, strict=True):
        (folder / f"{purpose}.json").write_bytes(canonical(document))
    (folder / "keys.json").write_bytes(centre.key_document)
    kept = make_carriers(centre.office, bundle)
    front, second = as_handed_over(Kept.QR, kept[Kept.QR], bundle)
    (folder / "token.jwt").write_bytes(kept[Kept.JWT] + b"\n")
    (folder / "front.txt").write_bytes(front + b"\n")
    (folder / "second.txt").write_bytes(second)
    (folder / "token.tlog-proof").write_bytes(log_proof_file(bundle))
    return folder


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SARAP_")}
    command = [sys.executable, "-m", "certificates", "verify", *arguments]
    return subprocess.run(
        command,
        cwd=folder,
        env={**clean, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("files", "status"),
    [
        (["good"], 0),
        (["good", "good"], 0),
        (["altered"], 1),
        (["old"], 1),
        (["garbage"], 2),
        (["missing"], 2),
        (["good", "altered"], 1),
        (["good", "garbage", "altered"], 2),
    ],
)
def test_the_exit_status_is_that_of_the_worst_file(letter: Path, files: list[str], status: int) -> None:
    done = run(letter, *(f"{name}.sarap.json" for name in files), "--trust", "keys.json")
    assert done.returncode == status
    assert done.stdout.count("VERIFIED") == len([name for name in files if name != "missing"])
    assert "Traceback" not in done.stderr


def test_the_text_tells_each_step_and_the_holder(letter: Path) -> None:
    done = run(letter, "good.sarap.json", "--trust", "keys.json")
    assert done.stdout.count("✓") == 9
    assert "Айгерім Сәтбаева" in done.stdout
    assert done.stdout.rstrip().endswith("VERIFIED")
    red = run(letter, "altered.sarap.json", "--trust", "keys.json")
    assert "✗ 4." in red.stdout
    assert "Айгерім" not in red.stdout
    assert red.stdout.rstrip().endswith("NOT VERIFIED")


def test_json_has_one_object_a_line(letter: Path) -> None:
    done = run(letter, "good.sarap.json", "altered.sarap.json", "missing.sarap.json", "--trust", "keys.json", "--json")
    good, altered, missing = [json.loads(line) for line in done.stdout.splitlines()]
    assert (good["verified"], altered["verified"], missing["verified"]) == (True, False, False)
    assert missing["error"]["code"] == "file-unreadable"


def test_newer_lists_make_an_old_file_good_again(letter: Path) -> None:
    fresh = ["--status", "revocation.json", "--status", "suspension.json"]
    assert run(letter, "old.sarap.json", "--trust", "keys.json", *fresh).returncode == 0


def test_without_keys_it_says_how_to_get_them(letter: Path, tmp_path: Path) -> None:
    done = run(tmp_path, str(letter / "good.sarap.json"))
    assert done.returncode == 2
    assert "/.well-known/did.json" in done.stderr
    assert run(tmp_path, str(letter / "good.sarap.json"), SARAP_TRUST=str(letter / "keys.json")).returncode == 0


def test_a_terminal_that_knows_no_cyrillic_does_not_end_it(letter: Path) -> None:
    done = run(letter, "good.sarap.json", "--trust", "keys.json", PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert "VERIFIED" in done.stdout


def test_the_verifier_loads_nothing_that_issues_and_opens_no_socket(letter: Path) -> None:
    program = """
import json, socket, sys
def refuse(*args, **kwargs): raise SystemExit("a socket was opened")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
from certificates.__main__ import main
status = main(["verify", "good.sarap.json", "--trust", "keys.json", "--json"])
forbidden = ("asyncpg", "app", "exams", "sandbox", "starlette")
forbidden += ("certificates.keys", "certificates.issuing", "certificates.store")
print(json.dumps({"status": status, "loaded": [name for name in forbidden if name in sys.modules]}))
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=letter,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    outcome: Any = json.loads(done.stdout.splitlines()[-1])
    assert outcome == {"status": 0, "loaded": []}


def test_help_names_the_exit_statuses(letter: Path) -> None:
    done = run(letter, "--help")
    assert done.returncode == 0
    assert "0 all verified" in done.stdout


LISTS = ("--status", "revocation.json", "--status", "suspension.json")


@pytest.mark.parametrize(
    ("arguments", "status", "authentic", "carrier"),
    [
        (("token.jwt", *LISTS, "--log-proof", "token.tlog-proof"), 0, "authentic", "jwt"),
        (("token.jwt", *LISTS), 1, "signed", "jwt"),
        (("front.txt", *LISTS, "--log-proof", "token.tlog-proof"), 0, "authentic", "qr"),
        (("front.txt",), 1, "signed", "qr"),
        (("second.txt", *LISTS), 0, "authentic", "second-code"),
    ],
    ids=["token-and-proof", "token", "front-and-proof", "front", "second"],
)
def test_every_carrier_is_taken(letter: Path, arguments: tuple[str, ...], status: int, authentic: str, carrier: str) -> None:
    done = run(letter, *arguments, "--trust", "keys.json", "--json")
    said = json.loads(done.stdout)
    assert (done.returncode, said["authentic"], said["carrier"]) == (status, authentic, carrier)


def test_the_text_of_a_code_can_be_given_instead_of_a_file_and_says_what_was_shown(letter: Path) -> None:
    text = (letter / "second.txt").read_text()
    done = run(letter, text, *LISTS, "--trust", "keys.json")
    assert done.returncode == 0
    assert "Айгерім Сәтбаева" in done.stdout
    said = run(letter, "good.sarap.json", "--trust", "keys.json").stdout
    for line in ("B.1 e-1", "Proctoring: A proctor followed the session as it went.", "Judging records: "):
        assert line in said


def test_keys_that_came_with_a_certificate_are_not_believed(letter: Path, tmp_path: Path) -> None:
    """Whoever forges a certificate can put the key document of his own centre into the same archive."""
    sent = tmp_path / "sent"
    sent.mkdir()
    (sent / "forged.sarap.json").write_bytes((letter / "good.sarap.json").read_bytes())
    (sent / "trust.json").write_bytes((letter / "keys.json").read_bytes())
    for given in ("sent/forged.sarap.json", "sent"):
        done = run(tmp_path, given)
        assert done.returncode == 2
        assert "there is no key document to check this file against" in done.stderr
    assert run(tmp_path, "--trust", "sent/trust.json", "sent/forged.sarap.json").returncode == 0
