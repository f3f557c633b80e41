"""A sealed form: the exam page of one session, encrypted before its clock begins, so that a start has only a key to send.

Everybody who waits for a start fetches their form early; at the start 32 bytes go out and the page is there. The key stays here
until then, and the cipher text says nothing about the paper:

* AES-256-GCM under a random key of its own for each form, so that a nonce is never used twice under one key;
* authenticated together with the session's id and the form's hash: no form opens as another session's, or after a change;
* compressed and then filled up to whole steps of `STEP_BYTES`, because the length of a page could give away its tasks;
* the hash is told before the start and is taken over 32 random bytes too, so that nobody finds a paper by hashing guesses. What
  is opened must have this hash: the paper was fixed before the clock began.

The form is a frame: 32 random bytes, the length of the compressed content (4 bytes, the highest first), the content, zeros.
What is sent is a nonce of 12 bytes, the encrypted frame, and the tag of 16 bytes, as WebCrypto takes it.
"""

import gzip
import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from exams.errors import FormDamaged
from exams.ids import SessionId

KEY_BYTES: Final = 32
SALT_BYTES: Final = 32
NONCE_BYTES: Final = 12
"""The length for which GCM is specified without further hashing (NIST SP 800-38D, 8.2)."""

LENGTH_BYTES: Final = 4

STEP_BYTES: Final = 16 * 1024
"""An ordinary page is 20 to 40 KB when compressed: two or three steps, whatever its tasks are."""

VERSION: Final = "sarap-form-v1"


@dataclass(frozen=True, slots=True)
class SealedForm:
    """A form as it is kept. `made_of` names what its content follows from beside the paper (`app/views/exam_form.py`)."""

    session_id: SessionId
    made_of: str
    sha256: bytes
    ciphertext: bytes = field(repr=False)
    key: bytes = field(repr=False)
    sealed_at: datetime

    @property
    def ciphertext_sha256(self) -> str:
        """The hash of what is sent, in hexadecimal: its strong ETag, and part of its address."""
        return hashlib.sha256(self.ciphertext).hexdigest()


def seal_form(session_id: SessionId, content: bytes, made_of: str, now: datetime) -> SealedForm:
    """Encrypt a form under a new key."""
    packed = gzip.compress(content, mtime=0)
    frame = secrets.token_bytes(SALT_BYTES) + len(packed).to_bytes(LENGTH_BYTES, "big") + packed
    frame += bytes(-len(frame) % STEP_BYTES)
    sha256 = hashlib.sha256(frame).digest()
    key, nonce = AESGCM.generate_key(KEY_BYTES * 8), secrets.token_bytes(NONCE_BYTES)
    ciphertext = nonce + AESGCM(key).encrypt(nonce, frame, _bound_to(session_id, sha256))
    return SealedForm(session_id, made_of, sha256, ciphertext, key, now)


def open_form(session_id: SessionId, sha256: bytes, ciphertext: bytes, key: bytes) -> bytes:
    """The content of a form, as the browser opens it. Raises `FormDamaged` if anything of it is not as it was sealed."""
    nonce, encrypted = ciphertext[:NONCE_BYTES], ciphertext[NONCE_BYTES:]
    try:
        frame = AESGCM(key).decrypt(nonce, encrypted, _bound_to(session_id, sha256))
    except (InvalidTag, ValueError) as error:
        raise FormDamaged from error
    if hashlib.sha256(frame).digest() != sha256:
        raise FormDamaged
    begin = SALT_BYTES + LENGTH_BYTES
    length = int.from_bytes(frame[SALT_BYTES:begin], "big")
    return gzip.decompress(frame[begin : begin + length])


def _bound_to(session_id: SessionId, sha256: bytes) -> bytes:
    return f"{VERSION}\n{session_id}\n{sha256.hex()}".encode()
