"""What an employer with many certificates meets: an archive, a receipt, and numbers in a crowd."""

import asyncio
import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Generator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.types import Message

from app.asking_limits import ARCHIVES_WAITING_MAX, BULK_CHECKS, AskedTooOften, AskingLimits
from app.receipt_key import open_signer
from app.views import bulk_verifier
from certificates.__main__ import main
from certificates.bulk import CHUNK_FILES, Answer
from certificates.errors import CollectionRefused
from certificates.issuer import Issuer
from certificates.issuing import Issued, issue
from certificates.keys import open_office
from certificates.number_lookup import read_crowd
from certificates.receipt import keys_in, read_receipt, read_statement, verify_receipt
from certificates.serial import new_serial
from tests.certificates.centre import claim
from tests.fixtures.web import Site

UNREAD = Answer("unread.json", "", None, "damaged")


@pytest_asyncio.fixture(loop_scope="session")
async def issued(site: Site) -> Issued:
    now = datetime.now(UTC) - timedelta(minutes=1)
    office = open_office(Issuer(site.settings.public_url, "The test centre"), site.settings.keys_dir, now)
    async with site.database.registry.acquire() as db:
        return await issue(db, office, claim(awarded_at=now), now)


def packed(**members: bytes) -> dict[str, tuple[str, bytes, str]]:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return {"archive": ("many.zip", file.getvalue(), "application/zip")}


async def test_an_archive_is_answered_with_what_is_not_verified_and_the_sum(site: Site, issued: Issued) -> None:
    altered = issued.bundle.replace(b'"value":"87.5"', b'"value":"97.5"')
    members = packed(**{"good.json": issued.bundle, "<b>altered</b>.json": altered, "text": b"nothing"})
    page = await (await site.visitor()).post("/verify/many", files=members)
    assert page.status_code == 200
    assert "Verified: 1. Not verified: 2. Could not be read: 0." in page.text
    assert "good.json" not in page.text
    assert "&lt;b&gt;altered&lt;/b&gt;.json" in page.text
    assert "<b>altered" not in page.text
    assert "Айгерім" not in page.text
    assert page.text.rstrip().endswith("</html>")


async def test_the_table_and_the_signed_receipt_come_together(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    answer = await visitor.post("/verify/many", files=packed(good=issued.bundle), data={"wanted": "files"})
    assert answer.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        table = list(csv.reader(archive.read("answers.csv").decode("utf-8-sig").splitlines()))
        kept = read_receipt(archive.read("receipt.json"))
    assert table[1][:3] == ["good", hashlib.sha256(issued.bundle).hexdigest(), "yes"]
    published = await visitor.get("/.well-known/receipt-keys.json")
    statement = verify_receipt(kept, keys_in(published.content))
    assert (statement.count, statement.checkpoint_size) == (1, 1)
    assert statement.centre == site.settings.public_url
    listed = await visitor.get("/status/revocation")
    assert statement.lists["revocation"] == hashlib.sha256(listed.content).hexdigest()


async def test_the_centre_signs_a_root_and_there_is_no_place_for_more(site: Site) -> None:
    visitor = await site.visitor()
    asked = {"root": "ab" * 32, "count": 3}
    answer = await visitor.post("/api/check-receipts", json=asked)
    keys = open_signer(site.settings.receipt_keys_dir, datetime.now(UTC)).public_keys
    statement = read_statement(answer.json()["statement"], keys)
    assert (statement.root.hex(), statement.count) == ("ab" * 32, 3)
    for wrong in ({**asked, "names": ["x"]}, {**asked, "count": 0}, {**asked, "root": "zz" * 32}, {"root": "ab" * 32}):
        assert (await visitor.post("/api/check-receipts", json=wrong)).status_code == 422


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"not an archive", "This is not a zip archive."), (b"", "This is not a zip archive.")],
)
async def test_what_is_no_archive_is_told(site: Site, content: bytes, told: str) -> None:
    files = {"archive": ("many.zip", content, "application/zip")}
    page = await (await site.visitor()).post("/verify/many", files=files)
    assert page.status_code == 422
    assert told in page.text


async def test_a_form_without_an_archive_is_told(site: Site) -> None:
    page = await (await site.visitor()).post("/verify/many", files={"other": ("", b"", "text/plain")}, data={"wanted": "page"})
    assert page.status_code == 422
    assert "Choose an archive." in page.text


async def test_a_number_is_found_in_its_crowd_without_its_holder(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    assert (await visitor.get("/api/numbers")).json() == {"bits": 0}
    crowd = await visitor.get("/api/numbers/0-0")
    assert issued.serial not in crowd.text
    found = read_crowd(crowd.content, issued.serial)
    assert found is not None
    assert (found["number"], found["status"]) == (issued.serial, "good")
    assert "Айгерім" not in json.dumps(found, ensure_ascii=False)
    assert read_crowd(crowd.content, new_serial()) is None


@pytest.mark.parametrize("crowd", ["1-0", "0-1", "33-0", "x", "0-", "00-0", "0-00", "-1-0"])
async def test_only_as_many_bits_are_answered_as_the_crowd_allows(site: Site, crowd: str) -> None:
    assert (await (await site.visitor()).get(f"/api/numbers/{crowd}")).status_code == 404


async def test_an_address_that_asks_too_often_is_told_when_to_come_back(site: Site) -> None:
    visitor = await site.visitor()
    for _ in range(BULK_CHECKS.amount):
        await visitor.post("/verify/many", files=packed())
    answer = await visitor.post("/verify/many", files=packed())
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def stopping(reason: str) -> Callable[..., Generator[Answer]]:
    """A check that stops after the first chunk."""

    def check(*_given: object, time_max_s: float) -> Generator[Answer]:
        assert time_max_s == bulk_verifier.ARCHIVE_MAX_S
        yield from [UNREAD] * CHUNK_FILES
        raise CollectionRefused(reason)

    return check


async def test_a_page_says_what_was_checked_before_the_time_was_over_and_what_to_do(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_verifier, "check_all", stopping("took-too-long"))
    page = await (await site.visitor()).post("/verify/many", files=packed(a=b"x", b=b"x", c=b"x"))
    assert page.status_code == 200
    assert page.text.count("It cannot be read") == CHUNK_FILES
    assert f"{CHUNK_FILES} files were checked." in page.text
    assert "took longer than 5 minutes and was stopped" in page.text
    assert "Split the archive, or check it on your own computer" in page.text
    assert page.text.rstrip().endswith("</html>")


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("took-too-long", f"{CHUNK_FILES} files were checked. A table of a part would look like a whole one"),
        ("unpacks-to-too-much", "It was not checked any further."),
    ],
)
async def test_a_check_that_stops_gives_no_table_of_a_part(
    site: Site, monkeypatch: pytest.MonkeyPatch, reason: str, told: str
) -> None:
    monkeypatch.setattr(bulk_verifier, "check_all", stopping(reason))
    page = await (await site.visitor()).post("/verify/many", files=packed(a=b"x"), data={"wanted": "files"})
    assert page.status_code == 422
    assert told in page.text


async def test_an_archive_without_a_place_is_refused_before_it_is_read() -> None:
    asking, leaving = AskingLimits(), asyncio.Event()

    async def wait() -> None:
        async with asking.archive_turn():
            await leaving.wait()

    async def receive() -> Message:
        pytest.fail("the upload was read")

    others = [asyncio.create_task(wait()) for _ in range(1 + ARCHIVES_WAITING_MAX)]
    await asyncio.sleep(0)
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/verify/many", "headers": []}
    with pytest.raises(AskedTooOften):
        await bulk_verifier.check_archive(Request({**scope, "state": {"asking": asking}}, receive))
    leaving.set()
    await asyncio.gather(*others)
    asking.refuse_where_archives_wait()


async def test_whoever_does_not_read_the_page_keeps_nobody_waiting(site: Site) -> None:
    files = packed(**{f"{number}{'x' * 600}": b"x" for number in range(6000)})
    async with (await site.visitor()).stream("POST", "/verify/many", files=files):
        answer = await asyncio.wait_for((await site.visitor()).post("/verify/many", files=packed(a=b"x")), 60)
    assert answer.status_code == 200


async def test_the_addresses_of_one_network_are_one_caller() -> None:
    asking = AskingLimits()
    for number in range(BULK_CHECKS.amount):
        await asking.count(BULK_CHECKS, f"2001:db8::{number + 1:x}")
    with pytest.raises(AskedTooOften):
        await asking.count(BULK_CHECKS, "2001:db8::ffff:1")
    for another in ("2001:db8:0:1::1", "::ffff:192.0.2.1", "192.0.2.2", "-"):
        await asking.count(BULK_CHECKS, another)


async def test_the_commands_ask_the_centre_for_a_crowd_and_for_a_signature(
    site: Site, issued: Issued, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, out = tmp_path / "numbers.csv", tmp_path / "out.csv"
    table.write_text(f"name,number\nA,{issued.serial.lower()}\nB,{new_serial()}\nC,7K3QM9-XW2RFD-HJ5T99\n", "utf-8")
    assert await asyncio.to_thread(main, ["numbers", str(table), "--centre", site.url, "--report", str(out)]) == 1
    rows = list(csv.reader(out.read_text("utf-8-sig").splitlines()))
    assert [row[2] for row in rows[1:]] == ["mistyped", "known", "unknown", "mistyped"]
    assert rows[2][3:5] == ["good", "Junior software developer"]

    kept, keys, trust = tmp_path / "receipt.json", tmp_path / "keys.json", tmp_path / "did.json"
    visitor = await site.visitor()
    keys.write_bytes((await visitor.get("/.well-known/receipt-keys.json")).content)
    trust.write_bytes((await visitor.get("/.well-known/did.json")).content)
    (tmp_path / "a.json").write_bytes(issued.bundle)
    assert main(["verify", str(tmp_path / "a.json"), "--trust", str(trust), "--receipt", str(kept)]) == 0
    assert main(["receipt", "verify", str(kept), "--keys", str(keys)]) == 1
    assert await asyncio.to_thread(main, ["receipt", "sign", str(kept), "--centre", site.settings.public_url]) == 0
    assert main(["receipt", "verify", str(kept), "--keys", str(keys)]) == 0
    assert await asyncio.to_thread(main, ["receipt", "sign", str(kept), "--centre", "ftp://a.example"]) == 2
    assert "Proven: at" in capsys.readouterr().out
