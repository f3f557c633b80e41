"""Many files in one go, the table of the answers, and the receipt that tells the centre nothing."""

import csv
import hashlib
import io
import json
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import bulk, receipt
from certificates.__main__ import main
from certificates.answer_table import HEADS, line, row
from certificates.bulk import CHUNK_FILES, Answer, check_all
from certificates.bundle import write_bundle
from certificates.collection import Item
from certificates.errors import CollectionRefused, ReceiptRefused
from certificates.receipt import (
    Statement,
    read_proof,
    read_receipt,
    receipt_of,
    verify_proof,
    verify_receipt,
    write_proof,
    write_receipt,
)
from certificates.report import Report
from certificates.verification import verify
from tests.certificates.centre import NOW, Centre, claim, signer

CENTRE = Centre()
GOOD = write_bundle(CENTRE.certify())
ALTERED = GOOD.replace(b'"value":"87.5"', b'"value":"97.5"')
KEY = signer("receipt-2026-1", "receipts")
KEYS = {KEY.name: KEY.public_key}


def items() -> Iterator[Item]:
    """More than one process gets, every third altered and one unreadable."""
    for number in range(2 * CHUNK_FILES + 3):
        yield Item(f"{number}.json", GOOD if number % 3 else ALTERED)
    yield Item("locked.json", b"", "encrypted")


def test_many_answers_are_those_of_one_by_one_and_in_order() -> None:
    answers = list(check_all(items(), CENTRE.trust, NOW, processes=2))
    assert [answer.name for answer in answers] == [item.name for item in items()]
    assert [answer.verified for answer in answers] == [
        item.fault == "" and verify(item.data, CENTRE.trust, NOW).verified for item in items()
    ]
    assert answers[1].sha256 == hashlib.sha256(GOOD).hexdigest()
    assert answers[-1].report is None


def test_what_reading_raises_reaches_whoever_asked() -> None:
    def broken() -> Iterator[Item]:
        yield from items()
        raise RuntimeError("the disk is gone")

    with pytest.raises(RuntimeError, match="the disk is gone"):
        list(check_all(broken(), CENTRE.trust, NOW, processes=1))


def answers_of(*files: bytes) -> list[Answer]:
    return list(check_all([Item(f"{place}.json", data) for place, data in enumerate(files)], CENTRE.trust, NOW))


def test_the_table_tells_of_a_holder_only_what_is_authentic() -> None:
    good, altered, garbage, unread = [
        dict(zip(HEADS, row(answer), strict=True))
        for answer in (*answers_of(GOOD, ALTERED, b"nothing"), Answer("a", "", None, "too-large"))
    ]
    assert (good["verified"], good["holder"], good["score"]) == ("yes", "Айгерім Сәтбаева", "87.5")
    assert (altered["verified"], altered["holder"], altered["step"]) == ("no", "", "4")
    assert (garbage["authentic"], unread["finding"]) == ("not-checked", "too-large")


@pytest.mark.parametrize("files", [1, 3 * CHUNK_FILES])
def test_a_check_whose_time_is_over_says_so_and_answers_nothing_more(files: int) -> None:
    answers = check_all(islice(cycle(items()), files), CENTRE.trust, NOW, processes=1, time_max_s=0)
    with pytest.raises(CollectionRefused, match="took-too-long"):
        next(answers)


def test_a_process_that_checks_stops_by_the_clock_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """However slow the files of one chunk are, at most one of them is checked after the time is over."""
    read = iter([0.0, 0.0, 0.0, 0.0, 9.0])  # the start, the reading of the chunk, two files, and then it is late
    monkeypatch.setattr(bulk, "monotonic", lambda: next(read))
    checked: list[bytes] = []

    def count(data: bytes, *rest: Any) -> Report:
        checked.append(data)
        return verify(data, *rest)

    monkeypatch.setattr(bulk, "verify", count)
    with pytest.raises(CollectionRefused, match="took-too-long"):
        list(check_all(islice(items(), 5), CENTRE.trust, NOW, time_max_s=5))
    assert len(checked) == 2


def test_what_was_checked_before_the_time_was_over_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reading side's clock jumps while the seventh chunk is read: three were answered by then, and stay."""
    late = 0.0

    def slow() -> Iterator[Item]:
        nonlocal late
        for number in range(9 * CHUNK_FILES):
            if number == 6 * CHUNK_FILES:
                late = 10_000.0
            yield Item(f"{number}.json", b"x")

    monkeypatch.setattr(bulk, "monotonic", lambda: time.monotonic() + late)
    found: list[Answer] = []
    with pytest.raises(CollectionRefused, match="took-too-long"):
        found.extend(check_all(slow(), CENTRE.trust, NOW, processes=1, time_max_s=5_000))
    assert len(found) == 3 * CHUNK_FILES


@given(st.lists(st.text(max_size=20) | st.sampled_from(["=1+1", "@x", "-2", '+a"', "\t=x", "＝1"]), min_size=1, max_size=4))
def test_no_cell_of_the_table_is_a_formula(cells: list[str]) -> None:
    try:
        written = line(cells)
        read = next(csv.reader(io.StringIO(written, newline="")))
    except (csv.Error, StopIteration):
        return  # a NUL is nothing that a table can hold
    for cell, back in zip(cells, read, strict=True):
        assert back.replace("'", "") == cell.replace("'", "")
        assert not back.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))


@pytest.mark.parametrize("name", ["a;=1+1", 'a;"=1+1"', "a; \t=1+1", "a;b\t@x"])
def test_a_name_with_a_semicolon_is_no_formula_where_that_divides_the_cells(name: str) -> None:
    for cell in next(csv.reader(io.StringIO(line(["first", name, "=2"])), delimiter=";")):
        assert not cell.strip(' "\t').startswith(("=", "+", "-", "@"))


def test_a_proof_with_its_own_words_writes_one_line_to_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made = receipt_of(answers_of(GOOD))
    said = {**made.checks[0].answer, "statusAsOf": "\x1b[2J\x9b\nProven: everything" + "x" * 1000}
    made = replace(made, checks=(replace(made.checks[0], answer=said),))
    made = replace(made, statement=receipt.sign(statement(made.root, 1), KEY.name, KEY.sign))
    proof, keys, good = (tmp_path / name for name in ("p.json", "keys.json", "good.json"))
    proof.write_bytes(write_proof(made.proof(0)))
    good.write_bytes(GOOD)
    keys.write_text(json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY.name, "x": base64url(KEY.public_key)}]}))
    assert main(["receipt", "verify", str(proof), str(good), "--keys", str(keys)]) == 0
    told = capsys.readouterr().out
    assert told.count("\n") == 2
    assert "\x1b" not in told
    assert "\x9b" not in told


def test_a_file_that_is_refused_writes_no_verdict_of_its_own(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is said of a fault repeats a name that a stranger chose."""
    said = r'"x\n\n  VERIFIED\n\u001b[8m\u009b8m":1'
    file, trust = tmp_path / "a\x1b[2J.json", tmp_path / "did.json"
    file.write_text(f"{{{said},{said}}}")
    trust.write_bytes(CENTRE.key_document)
    assert main(["verify", str(file), "--trust", str(trust)]) == 2
    told = capsys.readouterr().out
    assert "duplicate-member" in told
    assert [line for line in told.splitlines() if line.strip() == "VERIFIED"] == []
    assert not {"\x1b", "\x9b"} & set(told)
    assert main(["verify", str(tmp_path / "none\x1b[2J.json"), "--trust", str(trust)]) == 2
    assert "\x1b" not in capsys.readouterr().err


def test_a_key_of_another_length_is_refused() -> None:
    with pytest.raises(ReceiptRefused, match="form"):
        verify_receipt(signed_receipt(GOOD), {KEY.name: KEY.public_key[:-1]})


def test_what_nobody_waits_for_is_not_checked_any_more() -> None:
    read: list[int] = []

    def many() -> Iterator[Item]:
        for number in range(100_000):
            read.append(number)
            yield Item(str(number), GOOD)

    answers = check_all(many(), CENTRE.trust, NOW, processes=1)
    next(answers)
    started = time.monotonic()
    answers.close()
    assert len(read) < 10 * CHUNK_FILES
    assert time.monotonic() - started < 5


def statement(root: bytes, count: int) -> Statement:
    return Statement("https://centre.example", root, count, NOW, 7, bytes(32), {"revocation": "00" * 32})


def signed_receipt(*files: bytes) -> receipt.Receipt:
    made = receipt_of(answers_of(*files))
    return replace(made, statement=receipt.sign(statement(made.root, len(made.checks)), KEY.name, KEY.sign))


def test_a_receipt_proves_each_file_and_its_answer_alone() -> None:
    made = read_receipt(write_receipt(signed_receipt(GOOD, ALTERED, b"nothing")))
    assert verify_receipt(made, KEYS).count == 3
    for index, data in enumerate((GOOD, ALTERED, b"nothing")):
        file = hashlib.sha256(data).hexdigest()
        assert made.index_of(file) == index
        proof = read_proof(write_proof(made.proof(index)))
        assert verify_proof(proof, file, KEYS).at == NOW
        assert proof.check.answer["verified"] is (data == GOOD)


def test_what_the_centre_signs_says_nothing_of_the_files() -> None:
    made = signed_receipt(GOOD)
    again = receipt_of(answers_of(GOOD))
    assert made.root != again.root  # salted: the same file twice is not the same root
    told = json.dumps(statement(made.root, 1).as_json())
    assert hashlib.sha256(GOOD).hexdigest() not in told
    assert "Айгерім" not in told


def altered(made: receipt.Receipt, **changes: Any) -> receipt.Receipt:
    first, *rest = made.checks
    return replace(made, checks=(replace(first, **changes), *rest))


def test_a_receipt_that_was_changed_proves_nothing() -> None:
    made = signed_receipt(GOOD, ALTERED)
    better = {**made.checks[1].answer, "verified": True}
    for changed, reason in (
        (altered(made, file="00" * 32), "root"),
        (altered(made, salt="00" * 32), "root"),
        (altered(made, answer=better), "root"),
        (replace(made, checks=made.checks[:1]), "root"),
        (replace(made, checks=made.checks[::-1]), "root"),
        (replace(made, statement=""), "unsigned"),
        (replace(made, statement=made.statement[:-6] + "AAAAAA"), "form"),
        (replace(made, statement="a.b"), "form"),
    ):
        with pytest.raises(ReceiptRefused) as refused:
            verify_receipt(changed, KEYS)
        assert refused.value.reason in {reason, "signature"}
    with pytest.raises(ReceiptRefused, match="unknown-key"):
        verify_receipt(made, {"receipt-2027-1": KEY.public_key})
    with pytest.raises(ReceiptRefused, match="signature"):
        verify_receipt(made, {KEY.name: signer("x", "another").public_key})
    with pytest.raises(ReceiptRefused, match="other-file"):
        verify_proof(made.proof(0), hashlib.sha256(ALTERED).hexdigest(), KEYS)
    with pytest.raises(ReceiptRefused, match="root"):
        verify_proof(replace(made.proof(0), index=1), hashlib.sha256(GOOD).hexdigest(), KEYS)


@pytest.mark.parametrize(
    "data", [b"", b"{}", b"[]", b'{"format":"sarap-check-receipt/1"}', b'{"format":1,"statement":"","checks":[]}']
)
def test_what_is_no_receipt_is_refused(data: bytes) -> None:
    for read in (read_receipt, read_proof):
        with pytest.raises(ReceiptRefused, match="form"):
            read(data)


def test_the_commands_check_a_folder_and_prove_one_of_its_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    (folder / "good.json").write_bytes(GOOD)
    (folder / "altered.json").write_bytes(ALTERED)
    trust, table, kept, proof = (tmp_path / name for name in ("did.json", "a.csv", "r.json", "p.json"))
    trust.write_bytes(CENTRE.key_document)
    options = ["--trust", str(trust), "--report", str(table), "--receipt", str(kept)]
    assert main(["verify", str(folder), *options]) == 1
    assert "2 files: 1 verified, 1 not verified" in capsys.readouterr().out
    assert [line[0] for line in csv.reader(table.read_text("utf-8-sig").splitlines())] == ["file", "altered.json", "good.json"]
    made = read_receipt(kept.read_bytes())
    kept.write_bytes(write_receipt(replace(made, statement=receipt.sign(statement(made.root, 2), KEY.name, KEY.sign))))
    assert main(["receipt", "prove", str(kept), str(folder / "good.json"), "--out", str(proof)]) == 0
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": KEY.name, "x": base64url(KEY.public_key)}]}))
    assert main(["receipt", "verify", str(proof), str(folder / "good.json"), "--keys", str(keys)]) == 0
    assert main(["receipt", "verify", str(kept), "--keys", str(keys)]) == 0
    assert main(["receipt", "verify", str(proof), str(folder / "altered.json"), "--keys", str(keys)]) == 1
    assert main(["receipt", "prove", str(kept), str(trust), "--out", str(proof)]) == 1
    assert "NOT PROVEN: it is about another file" in capsys.readouterr().err


def base64url(data: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_the_claims_of_a_certificate_decide_its_hash() -> None:
    another = write_bundle(CENTRE.certify(claim(points="61")))
    assert len({answer.sha256 for answer in answers_of(GOOD, another, GOOD)}) == 2
