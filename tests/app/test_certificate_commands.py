"""`sarap certificate reproduce`: whether the pages say what is attached to them."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from app.__main__ import sarap
from certificates.carriers import typesetting
from certificates.carriers.pdf import read_pdf
from certificates.carriers.printed import Language, Print
from certificates.carriers.typesetting import edition
from tests.certificates.printed import printed


def reproduce(path: Path, *options: str) -> tuple[int, str]:
    done = CliRunner().invoke(sarap, ["certificate", "reproduce", str(path), *options])
    return done.exit_code, done.output


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "certificate.pdf").write_bytes(printed(Language.KAZAKH))
    return tmp_path / "certificate.pdf"


def test_pages_as_they_were_made_are_reproduced(path: Path) -> None:
    assert reproduce(path) == (0, f"{path}: REPRODUCED: every byte follows from what is attached\n")


def test_scripts_get_json(path: Path) -> None:
    status, output = reproduce(path, "--json")
    facts = {"file": str(path), "reproduced": True, "template": edition(), "language": "kk"}
    assert (status, json.loads(output)) == (0, facts)


def test_pages_that_were_changed_and_are_sealed_nevertheless_are_not_reproduced(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_pages(bundle: bytes, what: Print) -> bytes:
        return read_pdf(printed(Language.RUSSIAN)).unsealed

    monkeypatch.setattr(typesetting, "render", other_pages)
    status, output = reproduce(path)
    assert (status, "NOT REPRODUCED" in output) == (1, True)


def test_a_file_of_another_edition_is_neither(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "edition", lambda: "0" * 64)
    status, output = reproduce(path)
    assert (status, "nothing can be said here" in output) == (2, True)


def test_a_file_that_is_no_certificate_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.7\n")
    status, output = reproduce(tmp_path / "x.pdf")
    assert (status, "pdf-unreadable" in output) == (2, True)
