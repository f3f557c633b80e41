r"""A certificate in a code on paper: the compact claims under one Ed25519 signature, and a second code for no network at all.

The claims are signed as a COSE_Sign1 (RFC 9052, section 4.2). In diagnostic notation:

    18([<< {1: -8,                    EdDSA
            4: 'key-2026-1',          name of the key in the issuer's key document
            -65537: 41,               index of the entry in the issuer's log
            -65538: h'9c1d…'} >>,     binding: commits to the whole credential (`certificates/log/entry.py`)
        {}, << {1: "https://…", …} >>, h'…'])

Index and binding stand in the protected header, so that the signature covers every byte of the code.

The front code is an address, `https://centre.example/v#0oRY…`: any telephone opens it, and what stands behind the `#` never
reaches the server. The second code is `SARAP1:` and base45 (RFC 9285) of the deterministic CBOR array

    [h'd284…', h'4f1a…', "centre.example/log\n42\n…"]

of the COSE_Sign1, the audit path (32 bytes a hash) and a checkpoint with its Ed25519 signatures: whoever has pinned the keys of
the centre and of its witnesses checks the entry in the log with it from the paper alone.
"""

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import base45  # pyright: ignore[reportMissingTypeStubs]
import cbor2

from certificates.algorithm import Algorithm, is_signed
from certificates.carriers.compact import Compact, read_compact
from certificates.errors import Unreadable
from certificates.findings import Code
from certificates.issuer import did_web
from certificates.log.entry import BINDING_BYTES
from certificates.log.note import Note, read_note, write_note
from certificates.log.proof import InclusionProof

SECOND_CODE_PREFIX: Final = "SARAP1:"
"""What a second code begins with. Another form gets another number."""

TEXT_MAX_CHARS: Final = 8 * 1024
"""Characters. The largest QR code holds 4,296; an address that was typed into a file is not longer."""

CODE_MAX_CHARS: Final = 4296
"""Letters of base45 in the largest QR code at level L (ISO/IEC 18004, table 7)."""

_FRONT_PATH: Final = "/v#"
_TAG: Final = 18  # COSE_Sign1
_ALGORITHM, _KEY_NAME, _LOG_INDEX, _BINDING = 1, 4, -65537, -65538
_EDDSA: Final = -8
# RFC 9864 gives Ed25519 the number -19 of its own; -8 is what the COSE libraries in use know.
_HASH_BYTES: Final = 32
_HASHES_MAX: Final = 63
_SIGNATURE_BYTES: Final = 64
_ED25519_LINE_BYTES: Final = frozenset({64, 8 + 64})  # of the log itself; of a witness, with its time in front
_MASK: Final = 3
_QUIET: Final = 4  # modules of white on each side (ISO/IEC 18004, section 6.3.8)
_DARK, _WHITE = b"\x00", b"\xff"
_LINE_MAX: Final = 4  # modules in one step; of the longer runs there are few, and they get several steps
_KEY_NAME_FORM: Final = re.compile(r"[A-Za-z0-9._-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class SignedClaims:
    """A COSE_Sign1 that was read. Nothing in it is believed before the signature was verified."""

    claims: Compact
    compact: bytes
    key_name: str
    log_index: int
    binding: bytes
    signed: bytes
    signature: bytes

    @property
    def method(self) -> str:
        """The full name of the key, e.g. `did:web:centre.example#key-2026-1`."""
        return f"{did_web(self.claims.issuer_url)}#{self.key_name}"


def sign_claims(compact: bytes, binding: bytes, log_index: int, key_name: str, sign: Callable[[bytes], bytes]) -> bytes:
    """Sign compact claims, with an Ed25519 key. The same claims and key always give the same bytes."""
    header = {_ALGORITHM: _EDDSA, _KEY_NAME: key_name.encode(), _LOG_INDEX: log_index, _BINDING: binding}
    protected = cbor2.dumps(header, canonical=True)
    return _write(protected, compact, sign(_to_be_signed(protected, compact)))


def read_cose(data: bytes) -> SignedClaims:
    """Read a COSE_Sign1. Raises `Unreadable` for anything that `sign_claims` would not have written, byte for byte."""
    try:
        protected, compact, signature = _parts(cbor2.loads(data))
        header: Any = cbor2.loads(protected)
        name, index, binding = header[_KEY_NAME].decode("ascii"), header[_LOG_INDEX], header[_BINDING]
        written = cbor2.dumps({_ALGORITHM: _EDDSA, _KEY_NAME: header[_KEY_NAME], _LOG_INDEX: index, _BINDING: binding})
        claims = read_compact(compact)
        did_web(claims.issuer_url)
    except (cbor2.CBORError, AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise Unreadable(Code.CODE_UNREADABLE, str(error)[:200]) from error
    right = (
        written == protected
        and _write(protected, compact, signature) == data
        and _KEY_NAME_FORM.fullmatch(name)
        and type(index) is int
        and 0 <= index < 2**63
        and type(binding) is bytes
        and len(binding) == BINDING_BYTES
        and len(signature) == _SIGNATURE_BYTES
    )
    if not right:
        raise Unreadable(Code.CODE_UNREADABLE, "not written as the centre writes it")
    return SignedClaims(claims, compact, name, index, binding, _to_be_signed(protected, compact), signature)


def claims_hold(signed: SignedClaims, public_key: bytes) -> bool:
    """Say whether `public_key` signed the claims. Pure mathematics: whether the key may sign is the caller's question."""
    return is_signed(Algorithm.ED25519, public_key, signed.signature, signed.signed)


def front_url(issuer_url: str, cose: bytes) -> str:
    """Write the text of the front code."""
    return f"{issuer_url}{_FRONT_PATH}{base64.urlsafe_b64encode(cose).rstrip(b'=').decode()}"


def read_front(text: str) -> SignedClaims:
    """Read the text of a front code. Raises `Unreadable`, also if the address is not that of the issuer in the claims."""
    address, _path, encoded = text.partition(_FRONT_PATH)
    try:
        cose = base64.b64decode(encoded + "=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise Unreadable(Code.CODE_UNREADABLE, str(error)) from error
    signed = read_cose(cose)
    if front_url(signed.claims.issuer_url, cose) != text:
        raise Unreadable(Code.CODE_UNREADABLE, f"not an address of {signed.claims.issuer_url[:100]}: {address[:100]}")
    return signed


def second_code(cose: bytes, proof: InclusionProof) -> str:
    """Write the text of the second code.

    Of the checkpoint's signatures it takes those that fit on paper: Ed25519, the log's own and then as many witnesses as there
    is room for. With usual names and a log of millions that are ten.
    """
    note = read_note(proof.checkpoint)
    short = [line for line in note.signatures if len(line.data) in _ED25519_LINE_BYTES]
    while len(text := _write_second(cose, proof, Note(note.text, tuple(short)))) > CODE_MAX_CHARS and len(short) > 1:
        short.pop()
    return text


def _write_second(cose: bytes, proof: InclusionProof, note: Note) -> str:
    parts = [cose, b"".join(proof.hashes), write_note(note)]
    return SECOND_CODE_PREFIX + base45.b45encode(cbor2.dumps(parts, canonical=True)).decode()


def read_second(text: str) -> tuple[SignedClaims, InclusionProof]:
    """Read the text of a second code. Raises `Unreadable` for anything that `second_code` would not have written."""
    try:
        data = base45.b45decode(text.removeprefix(SECOND_CODE_PREFIX).encode())
        cose, path, checkpoint = _second_parts(cbor2.loads(data))
        note = read_note(checkpoint)
    except (cbor2.CBORError, AttributeError, LookupError, TypeError, ValueError, OverflowError) as error:
        raise Unreadable(Code.CODE_UNREADABLE, str(error)[:200]) from error
    signed = read_cose(cose)
    hashes = tuple(path[start : start + _HASH_BYTES] for start in range(0, len(path), _HASH_BYTES))
    proof = InclusionProof(signed.log_index, hashes, checkpoint)
    if (
        len(path) % _HASH_BYTES
        or len(hashes) > _HASHES_MAX
        or write_note(note) != checkpoint
        or any(len(line.data) not in _ED25519_LINE_BYTES for line in note.signatures)
        or _write_second(cose, proof, note) != text
    ):
        raise Unreadable(Code.CODE_UNREADABLE, "not written as the centre writes it")
    return signed, proof


def is_code(text: str) -> bool:
    """Say whether `text` came from one of the two codes."""
    return text.startswith(SECOND_CODE_PREFIX) or (text.startswith(("https://", "http://")) and _FRONT_PATH in text)


def qr_image(text: str) -> str:
    """Draw the text of a code as an SVG image, one unit a module, with the quiet zone that readers want around it.

    The front code can lose 15 % of its area (level M of ISO/IEC 18004), the second one 7 % (level L): it is larger already.
    Signatures and hashes look like noise under any of the eight masks, so one is given: trying all takes most of the time.
    """
    import zxingcpp  # whoever only verifies draws nothing

    level = "L" if text.startswith(SECOND_CODE_PREFIX) else "M"
    library: Any = zxingcpp
    drawn = library.create_barcode(text, library.BarcodeFormat.QRCode, options=f"ecLevel={level},dataMask={_MASK}")
    modules: Any = memoryview(library.write_barcode_to_image(drawn, scale=1, add_quiet_zones=False))
    width: int = modules.shape[1]
    dark: bytes = modules.tobytes()
    lines = b"".join(b"M0 %d%b" % (row, dark[row * width : (row + 1) * width]) for row in range(width))
    for length in range(_LINE_MAX, 0, -1):
        lines = lines.replace(_WHITE * length, b"m%d 0" % length).replace(_DARK * length, b"h%d" % length)
    side = width + 2 * _QUIET
    # Lines are drawn along the middle of their rows, so the picture begins half a row higher: whole numbers are shorter.
    left, top = f"-{_QUIET}", f"-{_QUIET}.5"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {side} {side}" shape-rendering="crispEdges">'
        f'<rect x="{left}" y="{top}" width="{side}" height="{side}" fill="#fff"/>'
        f'<path stroke="#000" d="{lines.decode()}"/></svg>'
    )


def _write(protected: bytes, compact: bytes, signature: bytes) -> bytes:
    no_header: dict[int, int] = {}
    return cbor2.dumps(cbor2.CBORTag(_TAG, [protected, no_header, compact, signature]), canonical=True)


def _to_be_signed(protected: bytes, compact: bytes) -> bytes:
    """The Sig_structure of RFC 9052, section 4.4."""
    return cbor2.dumps(["Signature1", protected, b"", compact], canonical=True)


def _parts(value: Any) -> tuple[bytes, bytes, bytes]:
    if isinstance(value, cbor2.CBORTag) and value.tag == _TAG:
        match value.value:
            case [bytes() as protected, _, bytes() as compact, bytes() as signature]:
                return protected, compact, signature
            case _:
                pass
    msg = "not a COSE_Sign1"
    raise ValueError(msg)


def _second_parts(value: Any) -> tuple[bytes, bytes, str]:
    match value:
        case [bytes() as cose, bytes() as path, str() as checkpoint]:
            return cose, path, checkpoint
        case _:
            msg = "not a second code"
            raise ValueError(msg)
