"""Every vector is refused for its fault at every door: the command line, the web page and its JSON, like the function itself.

The clock of each door stands at the vectors' moment; their keys are pinned as a site has its own.
"""

import html
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, tzinfo
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from app.views import verifier
from certificates import __main__ as command_line
from certificates import store
from certificates.findings import EXPLANATIONS, Authentic, Code, Freshness, Status, Step
from tests.certificates.centre import NOW, Centre
from tests.fixtures.web import Site
from tests.vectors.families import families
from tests.vectors.make import FOLDER, Vector, read_vector

FAMILIES = [FOLDER, *(family.folder for family in families())]
VECTORS = {folder: [read_vector(path) for path in sorted(folder.glob("*.vector"))] for folder in FAMILIES}
STEPS = len(Step)
MINUTES = count()
SHOWN = {Authentic.YES, Authentic.SIGNED}
"""What says who signed it may be read; anything else is not worth reading."""


each_family = pytest.mark.parametrize("folder", FAMILIES, ids=[folder.name for folder in FAMILIES])


class StoppedClock(datetime):
    """A clock that stands where the vectors were made."""

    @classmethod
    def now(cls, tz: tzinfo | None = None) -> datetime:
        return NOW.astimezone(tz)


@pytest.fixture(autouse=True)
def clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    for door in (command_line, verifier):
        monkeypatch.setattr(door, "datetime", StoppedClock)


async def pin(site: Site, folder: Path) -> None:
    """Give the site the keys of a family of vectors; the newest key document counts."""
    async with site.database.admin.acquire() as db:
        document = (folder / "trust.json").read_bytes()
        await store.insert_key_document(db, Centre().office.issuer.did, document, NOW + timedelta(minutes=next(MINUTES)))


def found(report: Any) -> tuple[Any, ...]:
    failure = report["failure"] or {"step": None, "finding": None}
    return (
        report["verified"],
        failure["step"],
        failure["finding"],
        report["authentic"],
        report["status"],
        report["freshness"],
        report["certificate"] is not None,
    )


def expected(vector: Vector) -> tuple[Any, ...]:
    answers = (vector.authentic, vector.status, vector.freshness)
    return (is_good(vector), vector.step, vector.finding, *answers, vector.authentic in SHOWN)


def is_good(vector: Vector) -> bool:
    """A carrier that leaves a step unchecked is not verified, though nothing is wrong with it."""
    return (vector.authentic, vector.status, vector.freshness) == (Authentic.YES, Status.GOOD, Freshness.FRESH)


def all_the_same(reports: Iterator[tuple[Vector, Any]]) -> None:
    wrong = {vector.name: (found(report), expected(vector)) for vector, report in reports if found(report) != expected(vector)}
    assert not wrong


@each_family
def test_the_command_line_refuses_each_for_its_fault(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files: list[str] = []
    for vector in VECTORS[folder]:
        (tmp_path / vector.name).write_bytes(vector.data)
        files.append(str(tmp_path / vector.name))
    status = command_line.main(["verify", "--json", "--trust", str(folder / "trust.json"), *files])
    reports = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [report["file"] for report in reports] == files
    all_the_same(zip(VECTORS[folder], reports, strict=True))
    no_certificates = any(vector.step is Step.READ for vector in VECTORS[folder])
    assert status == (2 if no_certificates else 1)


@each_family
async def test_the_api_refuses_each_for_its_fault(folder: Path, module_site: Site) -> None:
    await pin(module_site, folder)
    visitor = await module_site.visitor()
    answers = [await visitor.post("/api/verify", content=vector.data) for vector in VECTORS[folder]]
    assert {answer.status_code for answer in answers} == {200}
    all_the_same(zip(VECTORS[folder], [answer.json() for answer in answers], strict=True))


@each_family
async def test_the_page_shows_the_fault_of_each_and_green_for_none(folder: Path, module_site: Site) -> None:
    await pin(module_site, folder)
    visitor = await module_site.visitor()
    for vector in VECTORS[folder]:
        sent = {"certificate": (f"{vector.name}.sarap.json", vector.data, "application/json")}
        answer = await visitor.post("/verify", files=sent)
        page = html.unescape(answer.text)
        assert answer.status_code == 200, vector.name
        assert ("verdict-ok" in page) is is_good(vector), vector.name
        assert (page.count('<li class="is-ok">') == STEPS) is is_good(vector), vector.name
        assert ("Айгерім" in page) is (vector.authentic in SHOWN), vector.name
        if vector.finding is not None and vector.step is not None:
            told = EXPLANATIONS[vector.finding]
            assert f'<h2 id="verdict">{told.title}</h2>' in page, vector.name
            assert told.action in page, vector.name
            first = page.partition('<li class="is-bad">')[2].partition("</li>")[0]
            assert f"{list(Step).index(vector.step) + 1}." in first, vector.name
        elif not is_good(vector):
            assert '<li class="is-bad">' not in page, vector.name
            assert EXPLANATIONS[Code.STATUS_NOT_SHOWN].action in page, vector.name
