"""Commands that ask a centre, and one that does not answer as it should: it is told nothing, and nothing is believed."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from certificates import receipt
from certificates.__main__ import main
from certificates.bulk import check_all
from certificates.collection import Item
from certificates.findings import Status
from certificates.keys import FileSigner
from certificates.number_lookup import BITS_MAX, CROWD_LEAST, NumberFacts, prefix_of, write_crowd
from certificates.receipt import Statement, read_receipt, receipt_of, write_receipt
from certificates.serial import Serial, new_serial
from tests.certificates.centre import NOW, Centre, signer

CENTRE = Centre()
KEY, ANOTHER = signer("receipt-2026-1", "receipts"), signer("receipt-2026-1", "another")
Answer = Callable[[bytes], bytes]


class Pretender:
    """A web server that answers each path with what it is told, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers: dict[str, Answer] = {}
        pretender = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.answer(b"")

            def do_POST(self) -> None:
                self.answer(self.rfile.read(int(self.headers["content-length"])))

            def answer(self, body: bytes) -> None:
                pretender.asked.append(self.path)
                said = next((give for path, give in pretender.answers.items() if self.path.startswith(path)), None)
                self.send_response(200 if said else 404)
                self.end_headers()
                self.wfile.write(said(body) if said else b"")

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def centre() -> Iterator[Pretender]:
    made = Pretender()
    serving = threading.Thread(target=made.server.serve_forever, args=(0.01,), daemon=True)
    serving.start()
    yield made
    made.server.shutdown()
    serving.join()
    made.server.server_close()


def told(data: bytes) -> Answer:
    return lambda _body: data


def refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """Run a command that must end with status 2 and one line; that line."""
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.endswith("\n")
    assert said.err.count("\n") == 1
    return said.err


def table_of(folder: Path, *numbers: Serial) -> str:
    table = folder / "numbers.csv"
    table.write_text("".join(f"{number}\n" for number in numbers), "utf-8")
    return str(table)


def two_that_differ(bits: int) -> tuple[Serial, Serial]:
    one = other = new_serial()
    while prefix_of(one, bits) == prefix_of(other, bits):
        other = new_serial()
    return one, other


def facts(number: Serial) -> NumberFacts:
    return NumberFacts(number, "Junior software developer", NOW, None, Status.GOOD)


@pytest.mark.parametrize("bits", [BITS_MAX + 1, 32, 80, 10**9])
def test_a_centre_that_wants_so_many_bits_that_it_learns_whom_hears_none(
    centre: Pretender, tmp_path: Path, capsys: pytest.CaptureFixture[str], bits: int
) -> None:
    centre.answers["/api/numbers"] = told(json.dumps({"bits": bits}).encode())
    said = refused(["numbers", table_of(tmp_path, new_serial()), "--centre", centre.url], capsys)
    assert f"at most {BITS_MAX} are told" in said
    assert centre.asked == ["/api/numbers"]


def test_a_centre_whose_first_crowd_hides_nobody_is_asked_for_no_other(
    centre: Pretender, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    numbers = two_that_differ(BITS_MAX)
    few = write_crowd(BITS_MAX, map(facts, (*numbers, *(new_serial() for _ in range(CROWD_LEAST - 3)))))
    centre.answers = {"/api/numbers/": told(few), "/api/numbers": told(b'{"bits":%d}' % BITS_MAX)}
    said = refused(["numbers", table_of(tmp_path, *numbers), "--centre", centre.url], capsys)
    assert f"hides a number among {CROWD_LEAST - 1}" in said
    assert len(centre.asked) == 2


@pytest.mark.parametrize(
    "answer",
    [b"", b"{}", b"[]", b"7", b"[" * 60_000, b'{"bits":"5"}', b'{"bits":-1}', b'{"bits":0.5}', b"\xff"],
    ids=["empty", "nothing", "list", "number", "deep", "text", "negative", "half", "bytes"],
)
def test_what_no_centre_says_is_one_line(
    centre: Pretender, tmp_path: Path, capsys: pytest.CaptureFixture[str], answer: bytes
) -> None:
    centre.answers["/api/numbers"] = told(answer)
    assert centre.url in refused(["numbers", table_of(tmp_path, new_serial()), "--centre", centre.url], capsys)
    kept = unsigned(tmp_path)
    centre.answers = {"/api/check-receipts": told(answer), "/.well-known/": told(answer)}
    assert "not signed" in refused(["receipt", "sign", str(kept), "--centre", centre.url], capsys)


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "http://a b", "http://[", "ftp://a.example", "centre.example"])
def test_an_address_where_no_centre_is_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str], address: str) -> None:
    refused(["numbers", table_of(tmp_path, new_serial()), "--centre", address], capsys)
    refused(["receipt", "sign", str(unsigned(tmp_path)), "--centre", address], capsys)


def unsigned(folder: Path) -> Path:
    file = folder / "receipt.json"
    answers = check_all([Item("a", b"x"), Item("b", b"y")], CENTRE.trust, NOW)
    file.write_bytes(write_receipt(receipt_of(list(answers))))
    return file


def keys(*public: bytes) -> bytes:
    x = [base64.urlsafe_b64encode(key).rstrip(b"=").decode() for key in public]
    return json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY.name, "x": one} for one in x]}).encode()


def signing(pretender: Pretender, key: FileSigner = KEY, name: str = KEY.name, **changed: Any) -> Answer:
    """Sign what is asked for, but for what is changed."""

    def answer(body: bytes) -> bytes:
        asked = json.loads(body)
        said: dict[str, Any] = {
            "centre": pretender.url,
            "root": bytes.fromhex(asked["root"]),
            "count": asked["count"],
            "at": NOW,
            "checkpoint_size": 1,
            "checkpoint_root": bytes(32),
            "lists": {},
            **changed,
        }
        return json.dumps({"statement": receipt.sign(Statement(**said), name, key.sign)}).encode()

    return answer


def test_what_the_centre_signed_is_verified_and_kept(
    centre: Pretender, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = unsigned(tmp_path)
    centre.answers = {"/api/check-receipts": signing(centre), "/.well-known/receipt-keys.json": told(keys(KEY.public_key))}
    assert main(["receipt", "sign", str(kept), "--centre", f"{centre.url}/"]) == 0
    assert "the centre signed the root of 2 checks" in capsys.readouterr().out
    assert receipt.verify_receipt(read_receipt(kept.read_bytes()), {KEY.name: KEY.public_key}).count == 2
    pinned = tmp_path / "keys.json"
    pinned.write_bytes(keys(KEY.public_key))
    centre.answers.pop("/.well-known/receipt-keys.json")
    assert main(["receipt", "sign", str(kept), "--centre", centre.url, "--keys", str(pinned)]) == 0


@pytest.mark.parametrize(
    ("changed", "told_of"),
    [
        ({"root": bytes(32)}, "what it holds is not what the centre signed"),
        ({"count": 3}, "what it holds is not what the centre signed"),
        ({"centre": "https://another.example"}, "in the name of another centre"),
        ({"key": ANOTHER}, "the signature does not fit"),
        ({"name": "receipt-2027-1"}, "a key that is not among those of the centre"),
    ],
    ids=["root", "count", "centre", "signature", "key"],
)
def test_a_statement_that_is_not_about_what_was_sent_is_refused_and_not_kept(
    centre: Pretender, tmp_path: Path, capsys: pytest.CaptureFixture[str], changed: dict[str, Any], told_of: str
) -> None:
    kept = unsigned(tmp_path)
    before = kept.read_bytes()
    centre.answers = {
        "/api/check-receipts": signing(centre, **changed),
        "/.well-known/receipt-keys.json": told(keys(KEY.public_key)),
    }
    assert told_of in refused(["receipt", "sign", str(kept), "--centre", centre.url], capsys)
    assert kept.read_bytes() == before


def test_a_table_that_cannot_be_written_is_one_line(
    centre: Pretender, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    number = new_serial()
    centre.answers = {"/api/numbers/": told(write_crowd(0, [facts(number)])), "/api/numbers": told(b'{"bits":0}')}
    asking = ["numbers", table_of(tmp_path, number), "--centre", centre.url, "--report"]
    for path in (tmp_path, tmp_path / "no" / "such" / "folder.csv", tmp_path / "numbers.csv" / "below-a-file.csv"):
        assert refused([*asking, str(path)], capsys).startswith(f"{path}: ")
    for path in (tmp_path, tmp_path / "missing.csv"):
        assert refused(["numbers", str(path), "--centre", centre.url], capsys).startswith(f"{path}: ")


def test_a_proof_that_cannot_be_written_or_made_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    kept, checked, out = unsigned(tmp_path), tmp_path / "a", tmp_path / "proof.json"
    checked.write_bytes(b"x")
    for path in (tmp_path, tmp_path / "no" / "such" / "folder.json"):
        assert refused(["receipt", "prove", str(kept), str(checked), "--out", str(path)], capsys).startswith(f"{path}: ")
    for path in (tmp_path, tmp_path / "missing.json"):
        said = refused(["receipt", "prove", str(path), str(checked), "--out", str(out)], capsys)
        assert said.startswith(f"{path}: ")
        said = refused(["receipt", "prove", str(kept), str(path), "--out", str(out)], capsys)
        assert said.startswith(f"{path}: ")
    assert "it is not a receipt" in refused(["receipt", "prove", str(checked), str(checked), "--out", str(out)], capsys)
    assert not out.exists()
    verifying = ["receipt", "verify", str(kept), "--keys"]
    assert refused([*verifying, str(tmp_path)], capsys).startswith(f"{tmp_path}: ")
