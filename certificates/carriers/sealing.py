"""Sealing a PDF: an incremental update that carries a PAdES signature (B-B) over every byte of the file.

The seal is a certification that permits no changes (DocMDP with P = 1: ISO 32000-1, 12.8.2.2), so a reader shows any later
change as breaking it. It is invisible: what the page says follows from the data alone, and the seal is about the file.

Nothing in it is left to chance or to the clock: the update's identifier follows from the file's, the time is that of the
certificate's own signature, and where the key signs as RFC 6979 says, the same file is sealed with the same bytes.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from certificates.carriers.cms import Envelope, envelope
from certificates.carriers.pdf import Revision

_ROOM_BYTES: Final = 1024
"""Bytes of the CMS besides the certificates, and room; a P-256 signature and its attributes take about 350."""

_RANGE_CHARS: Final = len("/ByteRange [0 12345678 12345678 12345678]")
"""Characters. Files have at most eight digits of bytes; what is shorter is filled up, so that no place depends on a number."""

_IDENTIFIER_BYTES: Final = 16
"""As ISO 32000-1, 14.4 advises; the second identifier names this state of the file."""

_FIELD: Final = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/F 132/Rect[-9999 -9999 -9999 -9999]/P %d 0 R/V %d 0 R>>"
"""Printed and locked: PDF/A wants every annotation to be printed, PDF/UA wants untagged ones outside the page."""

_SIGNATURE: Final = (
    b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/M(D:%b)/Reference[<</Type/SigRef/TransformMethod/DocMDP"
    b"/TransformParams<</Type/TransformParams/V/1.2/P 1>>>>]"
)
"""ISO 32000-1, tables 252 to 254; behind it come `/ByteRange` and `/Contents`."""


class DocumentSigner(Protocol):
    """The P-256 key that seals."""

    def sign(self, data: bytes) -> bytes:
        """Sign the SHA-256 of `data`: r || s, 64 bytes."""
        ...


@dataclass(frozen=True, slots=True)
class Sealer:
    """A key that seals, with everything that is the same in all its seals."""

    sign: Callable[[bytes], bytes]
    envelope: Envelope

    @property
    def bytes_reserved(self) -> int:
        """How many hexadecimal digits are kept free for the signature; the same for all seals of a key."""
        return 2 * (len(self.envelope.certificates) + _ROOM_BYTES)


def open_sealer(signer: DocumentSigner, chain: Sequence[bytes]) -> Sealer:
    """Prepare sealing with this key and its certificate chain (DER, leaf first). Raises `ValueError` for an unusable chain."""
    return Sealer(signer.sign, envelope(tuple(chain)))


def seal(unsealed: bytes, sealer: Sealer, signed_at: datetime) -> bytes:
    """Seal a PDF that `typesetting.render` made. `signed_at` is what a reader shows as the time of signing."""
    return embed(unsealed, sealer.bytes_reserved, signed_at, lambda digest: sealer.envelope.sign(digest, sealer.sign))


def embed(unsealed: bytes, bytes_reserved: int, signed_at: datetime, cms: Callable[[bytes], bytes]) -> bytes:
    """Write the update around the signature that `cms` makes of the SHA-256 of everything else.

    With the signature of a sealed file in its hand, a verifier makes the whole file again. Raises `ValueError` if the file is
    none that `typesetting.render` made, or the signature does not fit into `bytes_reserved` hexadecimal digits.
    """
    revision = Revision(unsealed)
    form, field, signature = range(revision.size, revision.size + 3)
    page, root = revision.first_page, revision.root
    objects = {
        page: _extended(revision.dictionary(page), b"/Annots[", b"%d 0 R " % field),
        root: _extended(revision.dictionary(root), b"<<", b"/AcroForm %d 0 R/Perms<</DocMDP %d 0 R>>" % (form, signature)),
        form: b"<</Fields[%d 0 R]/SigFlags 3>>" % field,
        field: _FIELD % (page, signature),
    }
    before, places = bytearray(), dict[int, int]()
    for number, content in objects.items():
        places[number] = len(unsealed) + len(before)
        before += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    places[signature] = len(unsealed) + len(before)
    before += b"%d 0 obj\n" % signature + _SIGNATURE % signed_at.strftime("%Y%m%d%H%M%SZ").encode()
    after = b">>\nendobj\n"
    hole = len(unsealed) + len(before) + _RANGE_CHARS + len(b"/Contents")
    behind = hole + bytes_reserved + len(b"<>")
    digest = hashlib.sha256(unsealed)
    after += _table(places, behind + len(after), revision, digest.digest()[:_IDENTIFIER_BYTES])
    before += (b"/ByteRange [0 %d %d %d]" % (hole, behind, len(after))).ljust(_RANGE_CHARS) + b"/Contents"
    digest.update(before)
    digest.update(after)
    made = cms(digest.digest()).hex().upper().encode()
    if len(made) > bytes_reserved:
        msg = f"a signature of {len(made)} hexadecimal digits, with room for {bytes_reserved}"
        raise ValueError(msg)
    return b"%b%b<%b>%b" % (unsealed, before, made.ljust(bytes_reserved, b"0"), after)


def _extended(dictionary: bytes, behind: bytes, more: bytes) -> bytes:
    head, found, tail = dictionary.strip().partition(behind)
    if not found:
        msg = f"no {behind.decode()} where the seal goes"
        raise ValueError(msg)
    return head + found + more + tail


def _table(places: dict[int, int], start: int, revision: Revision, identifier: bytes) -> bytes:
    """The cross-reference table of the update, which begins at `start`, its trailer, and where the table begins."""
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    trailer = b"<</Size %d/Root %d 0 R/Info %d 0 R/ID[%b<%b>]/Prev %d>>" % (
        max(places) + 1,
        revision.root,
        revision.info,
        revision.identifier,
        identifier.hex().encode(),
        revision.start,
    )
    return b"xref\n%btrailer\n%b\nstartxref\n%d\n%%%%EOF\n" % (lines, trailer, start)
