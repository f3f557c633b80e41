"""Asking a witness over HTTP: one question, one answer, within a few seconds (c2sp.org/tlog-witness).

What a witness sends is a stranger's: read up to a limit, believed only where a signature verifies.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import httpx2

from certificates.log.cosignature import Cosigned, cosigners
from certificates.log.note import NOTE_MAX_CHARS, SignatureLine, read_note, read_signatures
from certificates.log.witness import write_request
from certificates.witnessing.witnesses import Why, Witness, why_of

ASK_TIMEOUT_S: Final = 5
"""For a whole answer. A witness writes one small file and signs; whoever needs longer is asked again later."""

SIZE_MAX_CHARS: Final = 20
"""Digits of a size and the end of its line."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a witness said: cosignatures that were verified, or why there are none; `size` is what it has cosigned last.

    Only a conflict tells a size (tlog-witness, "add-checkpoint"): no other number of a stranger leads to another question.
    """

    cosigned: tuple[tuple[Cosigned, SignatureLine], ...] = ()
    why: Why | None = None
    detail: str = ""
    size: int | None = None


async def ask(client: httpx2.AsyncClient, witness: Witness, old: int, proof: list[bytes], checkpoint: str, size: int) -> Answer:
    """Show a checkpoint of `size` to a witness that has last cosigned `old`. Never raises for what the witness does."""
    try:
        async with asyncio.timeout(ASK_TIMEOUT_S):
            status, body = await _post(client, f"{witness.url}/add-checkpoint", write_request(old, proof, checkpoint))
    except (TimeoutError, httpx2.HTTPError, httpx2.InvalidURL) as error:
        return Answer(why=Why.AWAY, detail=repr(error))
    if status == HTTPStatus.OK:
        return _accepted(witness, checkpoint, body)
    told = int(body) if status == HTTPStatus.CONFLICT and body.strip().isdecimal() and len(body) < SIZE_MAX_CHARS else None
    return Answer(why=why_of(status, told, old, size), detail=f"{status} {body.strip()}", size=told)


def _accepted(witness: Witness, checkpoint: str, body: str) -> Answer:
    try:
        lines = read_signatures(body)
    except ValueError as error:
        return Answer(why=Why.AWAY, detail=f"its answer cannot be read: {error}")
    cosigned = cosigners(read_note(checkpoint).with_signatures(lines), witness.keys)
    if not cosigned:
        return Answer(why=Why.AWAY, detail="its answer has no signature by a key that we know")
    by_id = {line.key_id: line for line in lines if line.name == witness.name}
    return Answer(tuple((one, by_id[one.witness.id]) for one in cosigned))


async def _post(client: httpx2.AsyncClient, url: str, content: str) -> tuple[int, str]:
    async with client.stream("POST", url, content=content.encode(), headers={"content-type": "text/plain"}) as response:
        body = b""
        async for part in response.aiter_bytes():
            body += part
            if len(body) > NOTE_MAX_CHARS:
                return HTTPStatus.BAD_GATEWAY, "its answer is too long"
    return response.status_code, body.decode("utf-8", "replace")
