"""Sealing a PDF: an incremental update that carries a PAdES signature (B-B) over every byte of the file.

The seal is a certification that permits no changes (DocMDP with P = 1: ISO 32000-1, 12.8.2.2), so a reader shows any later
change as breaking it. It is invisible: what the page says follows from the data alone, and the seal is about the file.

Nothing in it is left to chance or to the clock: the update's identifier follows from the file's, the time from the signature of
the certificate and from the key (`page.sealing_time`), and where the key signs as RFC 6979 says, the same file is sealed with
the same bytes.
"""

import hashlib
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder, SigIOSetup, SigMDPSetup, SigObjSetup
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from certificates.carriers.cms import Envelope, envelope
from certificates.carriers.page import sealing_time
from certificates.strict_json import JsonObject

FIELD_NAME: Final = "Seal"
_DIGEST: Final = "sha256"
_ROOM_BYTES: Final = 1024
"""Bytes of the CMS besides the certificates, and room; a P-256 signature and its attributes take about 350."""

_INVISIBLE: Final = InvisSigSettings(set_print_flag=True, box_out_of_bounds=True)
"""PDF/A wants every annotation to be printed, PDF/UA wants untagged ones outside the page."""


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


def seal(unsealed: bytes, sealer: Sealer, credential: JsonObject) -> bytes:
    """Seal a PDF that `typesetting.render` made of the signed `credential`."""
    sealed_at = sealing_time(credential, sealer.envelope.certified_from)
    return embed(unsealed, sealer.bytes_reserved, sealed_at, lambda digest: sealer.envelope.sign(digest, sealer.sign))


def embed(unsealed: bytes, bytes_reserved: int, sealed_at: datetime, cms: Callable[[bytes], bytes]) -> bytes:
    """Write the update around the signature that `cms` makes of the SHA-256 of everything else.

    With the signature of a sealed file in its hand, a verifier makes the whole file again.
    """
    writer = _Update(io.BytesIO(unsealed))
    field = SigFieldSpec(FIELD_NAME, box=None, invis_sig_settings=_INVISIBLE)
    embedder: Any = PdfCMSEmbedder(new_field_spec=field)
    steps = embedder.write_cms(FIELD_NAME, writer)
    next(steps)
    placeholder = SignatureObject(timestamp=sealed_at, subfilter=SigSeedSubFilter.PADES, bytes_reserved=bytes_reserved)
    permissions = SigMDPSetup(md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES)
    steps.send(SigObjSetup(sig_placeholder=placeholder, mdp_setup=permissions))
    prepared, output = steps.send(SigIOSetup(md_algorithm=_DIGEST))
    steps.send(cms(prepared.document_digest))
    return output.getvalue()


class _Update(IncrementalPdfFileWriter):
    """An update in which nothing is left to chance and whose pages stay as they were described."""

    @classmethod
    def _handle_id(cls, prev: Any) -> generic.ArrayObject:
        first, _second = prev.trailer["/ID"]
        prev.stream.seek(0)
        second = hashlib.sha256(prev.stream.read()).digest()[:16]
        return generic.ArrayObject([generic.ByteStringObject(first.original_bytes), generic.ByteStringObject(second)])

    def _update_meta(self) -> None:
        # The metadata (XMP and Info) stay what the unsealed file says, dates and producer included.
        pass
