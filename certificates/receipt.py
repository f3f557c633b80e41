"""A receipt of a check: that these files were checked then, with these answers, without telling the centre which files.

Whoever checks makes a Merkle tree over what was found, each leaf with a salt of its own, and sends the centre its root and
nothing else. The centre signs the root with the time, the checkpoint of its log and its status lists of that moment. Years
later the receipt shows, for one of the files and without the others, that it was checked and what was said of it.

The receipt is a file of who checked; keep it, it is not at the centre:

    {"format": "sarap-check-receipt/1", "statement": "eyJ…",
     "checks": [{"file": "9f…", "salt": "03…", "answer": {"verified": true, "authentic": "authentic", …}}, …]}

`statement` is empty until the centre has signed. It is a JWS in compact form (RFC 7515, Ed25519 by RFC 8037) with the header
`{"alg":"EdDSA","kid":"receipt-2026-1","typ":"sarap-check-receipt+jws"}` that says:

    {"centre": "https://centre.example", "root": "5b…", "count": 412, "at": "2026-11-26T09:30:00Z",
     "checkpoint": {"size": 10412, "root": "c1…"}, "lists": {"revocation": "77…", "suspension": "e0…"}, "v": 1}

where `lists` are the SHA-256 of the published lists. The proof for one file is the same with that one check, its `index`, and
the audit path (RFC 6962, section 2.1.1):

    {"format": "sarap-check-proof/1", "statement": "eyJ…", "index": 17, "check": {…}, "path": ["a0…", …]}

The tree is that of the log, and a leaf is the RFC 8785 form of a check.
"""

import base64
import binascii
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from certificates.bulk import Answer
from certificates.errors import ReceiptRefused, Unreadable
from certificates.log import merkle
from certificates.log.merkle import Node
from certificates.strict_json import Json, JsonObject, canonical, read_object
from certificates.timestamp import read_timestamp, write_timestamp

TYPE: Final = "sarap-check-receipt+jws"
FORMAT: Final = "sarap-check-receipt/1"
PROOF_FORMAT: Final = "sarap-check-proof/1"
VERSION: Final = 1
SALT_BYTES: Final = 32
_HASH_BYTES: Final = 32
"""Bytes, as long as the hash: from a proof of one file nobody can try out what its neighbours are."""

RECEIPT_MAX_BYTES: Final = 16 * 1024 * 1024
"""Bytes. A check takes some 350; a collection has at most 20,000 files."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found for one file: its SHA-256, and the three answers as a report tells them."""

    file: str
    salt: str
    answer: JsonObject

    def as_json(self) -> JsonObject:
        """What is hashed."""
        return {"file": self.file, "salt": self.salt, "answer": self.answer}

    @property
    def leaf(self) -> bytes:
        """Its leaf in the tree."""
        return merkle.leaf_hash(canonical(self.as_json()))


@dataclass(frozen=True, slots=True)
class Statement:
    """What the centre signs. It knows neither the files nor what was found."""

    centre: str
    root: bytes
    count: int
    at: datetime
    checkpoint_size: int
    checkpoint_root: bytes
    lists: Mapping[str, str]

    def as_json(self) -> JsonObject:
        """As in the module's description."""
        return {
            "centre": self.centre,
            "root": self.root.hex(),
            "count": self.count,
            "at": write_timestamp(self.at),
            "checkpoint": {"size": self.checkpoint_size, "root": self.checkpoint_root.hex()},
            "lists": dict(self.lists),
            "v": VERSION,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that was checked in one go. `statement` is empty before the centre has signed."""

    checks: tuple[Check, ...]
    statement: str = ""

    @property
    def root(self) -> bytes:
        """What the centre is asked to sign."""
        return merkle.root(len(self.checks), _nodes(self.checks))

    def index_of(self, file: str) -> int | None:
        """Where the file with this SHA-256 is, if it was checked."""
        return next((place for place, check in enumerate(self.checks) if check.file == file), None)

    def proof(self, index: int) -> "Proof":
        """The proof for one file alone."""
        path = merkle.inclusion_proof(index, len(self.checks), _nodes(self.checks))
        return Proof(self.statement, index, self.checks[index], tuple(path))


@dataclass(frozen=True, slots=True)
class Proof:
    """That one file was among those checked, and what was said of it."""

    statement: str
    index: int
    check: Check
    path: tuple[bytes, ...]


def receipt_of(answers: Sequence[Answer]) -> Receipt:
    """Make a receipt without a signature. Files that could not be read are not in it: nothing was found for them."""
    return Receipt(tuple(check for answer in answers if (check := check_of(answer)) is not None))


def check_of(answer: Answer) -> Check | None:
    """Salt an answer."""
    report = answer.report
    if report is None:
        return None
    told = report.as_json()
    names = ("verified", "authentic", "status", "freshness", "checkedAt", "statusAsOf")
    return Check(answer.sha256, secrets.token_hex(SALT_BYTES), {name: told[name] for name in names})


def sign(statement: Statement, key_name: str, sign_bytes: Callable[[bytes], bytes]) -> str:
    """Write the statement in its compact form."""
    header = canonical({"alg": "EdDSA", "kid": key_name, "typ": TYPE})
    unsigned = _encoded(header) + b"." + _encoded(canonical(statement.as_json()))
    return (unsigned + b"." + _encoded(sign_bytes(unsigned))).decode()


def read_statement(compact: str, keys: Mapping[str, bytes]) -> Statement:
    """Read what a centre signed with one of `keys` (by name). Raises `ReceiptRefused`."""
    if not compact:
        raise ReceiptRefused("unsigned")
    try:
        unsigned, _dot, signature = compact.encode("ascii").rpartition(b".")
        head, _dot, body = unsigned.partition(b".")
        header, said = read_object(_decoded(head)), read_object(_decoded(body))
        statement = _statement(said)
        signed = _decoded(signature)
    except (Unreadable, ValueError, binascii.Error) as error:
        raise ReceiptRefused("form") from error
    if header != {"alg": "EdDSA", "kid": header.get("kid"), "typ": TYPE} or statement.as_json() != said:
        raise ReceiptRefused("form")
    key = keys.get(str(header["kid"]))
    if key is None:
        raise ReceiptRefused("unknown-key")
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signed, unsigned)
    except InvalidSignature:
        raise ReceiptRefused("signature") from None
    except ValueError as error:  # a key of another length
        raise ReceiptRefused("form") from error
    return statement


def verify_receipt(receipt: Receipt, keys: Mapping[str, bytes]) -> Statement:
    """Check that the centre signed exactly these checks. Raises `ReceiptRefused`."""
    statement = read_statement(receipt.statement, keys)
    if statement.count != len(receipt.checks) or statement.root != receipt.root:
        raise ReceiptRefused("root")
    return statement


def verify_proof(proof: Proof, file: str, keys: Mapping[str, bytes]) -> Statement:
    """Check that the file with this SHA-256 was among those checked. Raises `ReceiptRefused`."""
    statement = read_statement(proof.statement, keys)
    if proof.check.file != file:
        raise ReceiptRefused("other-file")
    if merkle.root_from_proof(proof.index, statement.count, proof.check.leaf, proof.path) != statement.root:
        raise ReceiptRefused("root")
    return statement


def write_receipt(receipt: Receipt) -> bytes:
    """Write the file."""
    checks: list[Json] = [check.as_json() for check in receipt.checks]
    return canonical({"format": FORMAT, "statement": receipt.statement, "checks": checks})


def read_receipt(data: bytes) -> Receipt:
    """Read the file. Raises `ReceiptRefused`."""
    match _read(data):
        case {"format": str(form), "statement": str(statement), "checks": list(checks), **more} if form == FORMAT and not more:
            return Receipt(tuple(map(_check, checks)), statement)
        case _:
            raise ReceiptRefused("form")


def write_proof(proof: Proof) -> bytes:
    """Write the file."""
    path: list[Json] = [value.hex() for value in proof.path]
    check = proof.check.as_json()
    return canonical({"format": PROOF_FORMAT, "statement": proof.statement, "index": proof.index, "check": check, "path": path})


def read_proof(data: bytes) -> Proof:
    """Read the file. Raises `ReceiptRefused`."""
    match _read(data):
        case {
            "format": str(form),
            "statement": str(statement),
            "index": int(index),
            "check": check,
            "path": list(path),
            **more,
        } if form == PROOF_FORMAT and not more:
            return Proof(statement, index, _check(check), tuple(map(_hash, path)))
        case _:
            raise ReceiptRefused("form")


def keys_in(published: bytes) -> dict[str, bytes]:
    """The public keys of a centre's `/.well-known/receipt-keys.json` (RFC 7517), by name. Raises `ReceiptRefused`."""
    document: Any = _read(published)
    try:
        keys = [key for key in document["keys"] if (key["kty"], key["crv"]) == ("OKP", "Ed25519")]
        return {str(key["kid"]): _decoded(str(key["x"]).encode("ascii")) for key in keys}
    except (KeyError, TypeError, ValueError) as error:
        raise ReceiptRefused("form") from error


def _read(data: bytes) -> JsonObject:
    try:
        return read_object(data, RECEIPT_MAX_BYTES)
    except Unreadable as error:
        raise ReceiptRefused("form") from error


def _check(value: Json) -> Check:
    match value:
        case {"file": str(file), "salt": str(salt), "answer": dict(answer), **more} if not more:
            return Check(file, salt, answer)
        case _:
            raise ReceiptRefused("form")


def _hash(value: Json) -> bytes:
    try:
        data = bytes.fromhex(value if isinstance(value, str) else "")
    except ValueError:
        data = b""
    if len(data) != _HASH_BYTES:
        raise ReceiptRefused("form")
    return data


def _statement(said: JsonObject) -> Statement:
    match said:
        case {
            "centre": str(centre),
            "root": root,
            "count": int(count),
            "at": str(at),
            "checkpoint": {"size": int(size), "root": checkpoint},
            "lists": dict(lists),
        }:
            hashes = {name: _hash(value).hex() for name, value in lists.items()}
            return Statement(centre, _hash(root), count, read_timestamp(at), size, _hash(checkpoint), hashes)
        case _:
            raise ReceiptRefused("form")


def _nodes(checks: Sequence[Check]) -> dict[Node, bytes]:
    stored: dict[Node, bytes] = {}
    for place, check in enumerate(checks):
        stored |= merkle.nodes_on_append(place, check.leaf, stored)
    return stored


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def _decoded(text: bytes) -> bytes:
    """Strictly base64url without padding: one spelling for each value."""
    data = base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if _encoded(data) != text:
        msg = "not the one spelling"
        raise ValueError(msg)
    return data
