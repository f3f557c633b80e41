"""Bytes that no centre writes, in every carrier: each is refused with a finding, and nothing is ever raised.

The CBOR is what a decoder that knows every tag makes trouble of: values that contain themselves, announced lengths beyond any
memory, tags whose values are objects that cannot be written again.
"""

import base64
import random
from typing import Final

import base45  # pyright: ignore[reportMissingTypeStubs]
import cbor2
import pytest

from certificates.carriers.compact import compact_claims
from certificates.carriers.jwt import write_token
from certificates.carriers.qr import SECOND_CODE_PREFIX, front_url, second_code, sign_claims
from certificates.findings import Authentic
from certificates.log.entry import binding_of
from certificates.log.proof import read_proof
from certificates.strict_json import JsonObject, canonical
from certificates.verification import verify
from tests.certificates.centre import NOW, SALT, Centre

CENTRE: Final = Centre()
BUNDLE: Final = CENTRE.certify()
UNSIGNED: Final[JsonObject] = {name: value for name, value in BUNDLE.credential.items() if name != "proof"}
CLAIMS: Final = compact_claims(UNSIGNED)
COSE: Final = sign_claims(CLAIMS, binding_of(SALT, canonical(UNSIGNED)), 2, "key-2026-1", CENTRE.office.signer.sign)
FRONT: Final = front_url(CENTRE.office.issuer.url, COSE)
SECOND: Final = second_code(COSE, read_proof(BUNDLE.log_proof))
TOKEN: Final = write_token(UNSIGNED, CENTRE.office.document_method, CENTRE.office.document_signer.sign)

MUTANTS: Final = 300
"""Of each carrier. A run of twenty thousand found what is mended now; these see to it that it stays mended."""

TROUBLE: Final = {
    "arrays in arrays": b"\x81" * 2500 + b"\x00",
    "tags in tags": b"\xd8\x40" * 1500 + b"\x00",
    "maps in maps": b"\xa1\x00" * 1500 + b"\x00",
    "an array of 2^63": b"\x9b\x7f" + b"\xff" * 7,
    "2^63 bytes": b"\x5b\x7f" + b"\xff" * 7,
    "2 GiB": b"\x5a\x7f\xff\xff\xff",
    "a map of 2^63": b"\xbb\x7f" + b"\xff" * 7,
    "a fraction over zero": b"\xd8\x1e\x82\x01\x00",
    "2 to the power of 2^62": b"\xc5\x82\x1b\x7f" + b"\xff" * 7 + b"\x01",
    "10 to the power of 2^62": b"\xc4\x82\x1b\x7f" + b"\xff" * 7 + b"\x01",
    "a moment that is a word": b"\xc0\x61x",
    "a moment after all moments": b"\xc1\x1b\x7f" + b"\xff" * 7,
    "a moment that is no number": b"\xc1\xf9\x7e\x00",
    "a broken pattern": b"\xd8\x23\x61(",
    "a letter": b"\xd8\x24\x61x",
    "an address": b"\xd9\x01\x04\x41x",
    "a reference to nothing": b"\xd8\x1d\x05",
    "an array that contains itself": b"\xd8\x1c\x81\xd8\x1d\x00",
    "a tag that contains itself": b"\xd8\x1c\xd8\x40\xd8\x1d\x00",
    "a set that contains itself": b"\xd8\x1c\xd9\x01\x02\x81\xd8\x1d\x00",
    "a map that is its own key": b"\xd8\x1c\xa1\xd8\x1d\x00\x00",
    "an array as key": b"\xa1\x80\x00",
    "an end without a beginning": b"\xff",
    "a beginning without an end": b"\x9f\x00",
    "a large number": b"\xc2\x59\x04\x00" + b"\xff" * 1024,
    "a list": b"\x80",
    "nothing": b"",
}


def front(cose: bytes) -> bytes:
    return front_url(CENTRE.office.issuer.url, cose).encode()


def second(data: bytes) -> bytes:
    return SECOND_CODE_PREFIX.encode() + base45.b45encode(data)


def cose(protected: bytes, claims: bytes) -> bytes:
    return cbor2.dumps(cbor2.CBORTag(18, [protected, {}, claims, bytes(64)]))


def is_refused(data: bytes) -> bool:
    report = verify(data, CENTRE.trust, NOW)
    return not report.verified and report.authentic in {Authentic.NO, Authentic.NOT_CHECKED}


@pytest.mark.parametrize("value", TROUBLE.values(), ids=list(TROUBLE))
def test_trouble_in_any_place_of_a_code_is_refused(value: bytes) -> None:
    header = {1: b"\x27", 4: b"\x4akey-2026-1", -65537: b"\x02", -65538: b"\x58\x20" + bytes(32)}
    claims = {1: b"\x61x", 5: b"\x01", 7: b"\x4a" + bytes(10), -65537: b"\xa0"}
    places = [front(value), second(value), front(b"\xd2" + value), second(b"\x83" + value + b"\x40\x60")]
    places += [front(cose(value, CLAIMS)), front(cose(_map(header), value))]
    places += [front(cose(_map({**header, key: value}), CLAIMS)) for key in header]
    places += [front(cose(_map(header), _map({**claims, key: value}))) for key in claims]
    assert [data for data in places if not is_refused(data)] == []


def _map(pairs: dict[int, bytes]) -> bytes:
    return bytes([0xA0 + len(pairs)]) + b"".join(cbor2.dumps(key) + value for key, value in pairs.items())


@pytest.mark.parametrize("text", [FRONT, SECOND, TOKEN], ids=["front", "second", "token"])
def test_a_carrier_with_a_few_bytes_changed_is_refused(text: str) -> None:
    dice = random.Random(text)
    data = text.encode()
    mutants = {_mutant(dice, data) for _turn in range(MUTANTS)} - {data, data + b"\n", data + b"\r"}
    assert [mutant for mutant in mutants if not is_refused(mutant)] == []


def test_a_code_with_a_few_bytes_changed_under_its_writing_is_refused() -> None:
    dice = random.Random("code")
    mutants = {_mutant(dice, COSE) for _turn in range(MUTANTS)} - {COSE}
    assert [mutant for mutant in mutants if not is_refused(front(mutant))] == []


def _mutant(dice: random.Random, data: bytes) -> bytes:
    changed = bytearray(data)
    for _edit in range(dice.choice((1, 1, 2, 4))):
        place = dice.randrange(len(changed))
        match dice.randrange(3):
            case 0:
                changed[place] = dice.randrange(256)
            case 1:
                del changed[place]
            case _:
                changed.insert(place, dice.randrange(256))
    return bytes(changed)


def test_the_same_code_in_another_alphabet_is_another_code() -> None:
    for text in (FRONT.replace("-", "+").replace("_", "/"), FRONT + "=", FRONT + "#", FRONT + " ", " " + FRONT, FRONT.upper()):
        assert text == FRONT or is_refused(text.encode())
    padded = base64.urlsafe_b64encode(COSE).decode()
    assert padded.endswith("=") is (is_refused(f"{CENTRE.office.issuer.url}/v#{padded}".encode()))
