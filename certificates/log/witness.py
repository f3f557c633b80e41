"""A witness: it cosigns a checkpoint only if that continues the last one that it cosigned (c2sp.org/tlog-witness).

Pure: what it remembers is an argument and an answer. Whoever runs it keeps `Seen` for good before it gives the signature away,
and lets no two requests for one log be decided at once.

    POST <prefix>/add-checkpoint
    old 20852014
    PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=

    example.com/behind-the-sofa
    20852163
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

    — example.com/behind-the-sofa Az3grlgtzPIC…
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from certificates.log.checkpoint import Checkpoint, checkpoint_is_signed, checkpoint_of
from certificates.log.merkle import is_consistent
from certificates.log.note import Note, read_note, write_note

REQUEST_MAX_BYTES: Final = 256 * 1024
"""Bytes. A note at its limit and the longest proof are half of that."""

PROOF_LINES_MAX: Final = 63
SIZE_MAX_CHARS: Final = 19
HASH_BYTES: Final = 32


class Refused(Exception):
    """The witness does not cosign. `status` is the HTTP status that the protocol wants, `size` what it has cosigned last."""

    def __init__(self, status: HTTPStatus, reason: str, size: int | None = None) -> None:
        super().__init__(reason)
        self.status = status
        self.size = size


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint of a log that was cosigned."""

    size: int
    root: bytes


NOTHING: Final = Seen(0, b"")
"""Of a log that was never cosigned."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks: "I was at `old` when you last saw me, and this is the proof that `note` continues it"."""

    old: int
    proof: tuple[bytes, ...]
    note: Note


def write_request(old: int, proof: Sequence[bytes], checkpoint: str) -> str:
    """Write what a log sends; `checkpoint` is its signed note."""
    lines = "".join(f"{base64.b64encode(value).decode()}\n" for value in proof)
    return f"old {old}\n{lines}\n{checkpoint}"


def read_request(body: str) -> Request:
    """Read it. Raises `Refused` (400) if it is not in the form of the protocol."""
    head, _, written = body.partition("\n\n")
    first, *lines = head.split("\n")
    digits = first.removeprefix("old ")
    try:
        if (
            not first.startswith("old ")
            or not (digits.isascii() and digits.isdigit() and len(digits) <= SIZE_MAX_CHARS)
            or str(int(digits)) != digits
            or len(lines) > PROOF_LINES_MAX
        ):
            raise ValueError("the first lines are not a size and a proof")  # noqa: TRY301 - caught below
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
        if any(len(value) != HASH_BYTES for value in proof):
            raise ValueError("a line of the proof is no hash")  # noqa: TRY301 - caught below
        return Request(int(digits), proof, read_note(written))
    except (ValueError, binascii.Error) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from error


def consider(request: Request, logs: Mapping[str, Sequence[bytes]], seen: Mapping[str, Seen]) -> Checkpoint:
    """Decide whether to cosign. `logs` has the keys of each log that the witness watches, by origin; `seen` the last of each.

    Answers with the checkpoint to remember and to cosign. Raises `Refused`, in the order and with the statuses of the protocol.
    """
    try:
        checkpoint = checkpoint_of(request.note)
    except (ValueError, binascii.Error) as error:
        raise Refused(HTTPStatus.BAD_REQUEST, str(error)) from error
    keys = logs.get(checkpoint.origin)
    if keys is None:
        raise Refused(HTTPStatus.NOT_FOUND, "this witness does not watch that log")
    if not checkpoint_is_signed(write_note(request.note), checkpoint.origin, keys):
        raise Refused(HTTPStatus.FORBIDDEN, "the log has not signed this checkpoint")
    if request.old > checkpoint.size:
        raise Refused(HTTPStatus.BAD_REQUEST, "the old size is larger than the new one")
    last = seen.get(checkpoint.origin, NOTHING)
    if request.old != last.size:
        raise Refused(HTTPStatus.CONFLICT, "the last checkpoint that was cosigned has another size", last.size)
    if last.size == checkpoint.size and last.size and last.root != checkpoint.root:
        raise Refused(HTTPStatus.CONFLICT, "two different trees of one size: the log has forked", last.size)
    if not is_consistent(last.size, last.root, checkpoint.size, checkpoint.root, request.proof):
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "the proof does not show that the log was only added to")
    return checkpoint
