"""A witness as a process of its own, which anyone can run for any centre: two keys, one small folder, no database.

    <folder>/ed25519.key, ml-dsa-44.key     made at the first start, readable by their owner only
    <folder>/seen/<hash>.json               the last checkpoint of each log that was cosigned

The rules are `certificates/log/witness.py`; this file keeps them true through crashes and between requests.
"""

import asyncio
import fcntl
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from certificates.log.cosignature import WitnessKey, cosign
from certificates.log.note import SignatureType
from certificates.log.witness import REQUEST_MAX_BYTES, Refused, Seen, consider, read_request

SIZE_TYPE: Final = "text/x.tlog.size"
_OWNER_ONLY: Final = 0o600


class WitnessUnusable(Exception):
    """The folder cannot be used; the message says why."""


@dataclass(frozen=True, slots=True, repr=False)
class Witness:
    """A witness with its keys."""

    name: str
    ed25519: Ed25519PrivateKey
    ml_dsa: MLDSA44PrivateKey

    @property
    def keys(self) -> tuple[WitnessKey, WitnessKey]:
        """What others need to check its cosignatures: the one that reads everywhere, and the one that outlasts it."""
        return (
            WitnessKey(self.name, SignatureType.ED25519_COSIGNATURE, self.ed25519.public_key().public_bytes_raw()),
            WitnessKey(self.name, SignatureType.ML_DSA_44_COSIGNATURE, self.ml_dsa.public_key().public_bytes_raw()),
        )


def open_witness(folder: Path, name: str) -> Witness:
    """Read the keys of `folder`, or make them. Raises `WitnessUnusable` for a key that is none, or that others may read."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        return Witness(
            name,
            Ed25519PrivateKey.from_private_bytes(_seed(folder / "ed25519.key")),
            MLDSA44PrivateKey.from_seed_bytes(_seed(folder / "ml-dsa-44.key")),
        )
    except ValueError as error:
        msg = f"{folder}: {error}"
        raise WitnessUnusable(msg) from error


class Memory:
    """What was cosigned, on disk. One process at a time holds a folder. Raises `WitnessUnusable` if another one does."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "seen"
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = (folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._lock.close()
            msg = f"another witness works with {folder}"
            raise WitnessUnusable(msg) from error
        self.seen: dict[str, Seen] = {}
        for path in self._folder.glob("*.json"):
            stored = json.loads(path.read_text("utf-8"))
            self.seen[stored["origin"]] = Seen(stored["size"], bytes.fromhex(stored["root"]))

    def keep(self, origin: str, seen: Seen) -> None:
        """Keep it for good: when this returns, neither a crash nor a loss of power takes it back."""
        path = self._folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"
        _write(path, json.dumps({"origin": origin, "size": seen.size, "root": seen.root.hex()}).encode())
        self.seen[origin] = seen

    def close(self) -> None:
        """Let another process have the folder."""
        self._lock.close()


def create_witness(witness: Witness, logs: Mapping[str, Sequence[bytes]], memory: Memory) -> Starlette:
    """The web application of a witness. `logs` has the keys of each log that it watches, by origin."""
    one_at_a_time = asyncio.Lock()

    async def add_checkpoint(request: Request) -> Response:
        try:
            asked = read_request((await _body(request)).decode("utf-8", "replace"))
            async with one_at_a_time:
                checkpoint = consider(asked, logs, memory.seen)
                lines = [
                    cosign(asked.note, key, sign, datetime.now(UTC))
                    for key, sign in zip(witness.keys, (witness.ed25519.sign, witness.ml_dsa.sign), strict=True)
                ]
                await asyncio.to_thread(memory.keep, checkpoint.origin, Seen(checkpoint.size, checkpoint.root))
        except Refused as refused:
            if refused.size is not None:
                return Response(f"{refused.size}\n", refused.status, media_type=SIZE_TYPE)
            return PlainTextResponse(f"{refused}\n", refused.status)
        return PlainTextResponse("".join(line.text for line in lines))

    async def show_keys(_request: Request) -> Response:
        return PlainTextResponse("".join(f"{key.text}\n" for key in witness.keys))

    return Starlette(
        routes=[Route("/add-checkpoint", add_checkpoint, methods=["POST"]), Route("/", show_keys, methods=["GET"])]
    )


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > REQUEST_MAX_BYTES:
            return b""  # is no request in any form
    return body


def _seed(path: Path) -> bytes:
    if not path.exists():
        _write(path, os.urandom(32))
    if path.stat().st_mode & 0o077:
        msg = f"{path.name} can be read by others; run: chmod 600 {path}"
        raise ValueError(msg)
    return path.read_bytes()


def _write(path: Path, content: bytes) -> None:
    beside = path.with_suffix(".new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _OWNER_ONLY)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
