"""The third carrier: a PDF/A-3 file with the certificate file attached and a seal over every byte.

    unsealed part      pages, fonts, tags, metadata; attached: certificate.sarap.json (the bundle), print.json (see `Print`)
    seal               one incremental update: a signature field with a PAdES signature over the whole file but itself

Whoever checks believes the attachment, which is checked like any certificate file, and the seal, whose key the centre's
document names. The pages are for people: that they say the same is shown by making them again (`reproduce` in
`typesetting.py`), because they follow byte for byte from what is attached.

The reader is small on purpose and strict: it takes only what `typesetting` and `sealing` write, two revisions and a plain
cross-reference table. A file that a program has saved anew, that has something appended to it, or in which the signature covers
less than everything, is not sealed any more, whatever it shows.
"""

import hashlib
import re
import zlib
from dataclasses import dataclass
from typing import Final

from certificates.carriers.cms import Signature, read_cms
from certificates.carriers.printed import Print, read_print
from certificates.errors import Unreadable
from certificates.findings import Code
from certificates.strict_json import BUNDLE_MAX_BYTES

MEDIA_TYPE: Final = "application/pdf"
MAGIC: Final = b"%PDF-"
PDF_MAX_BYTES: Final = BUNDLE_MAX_BYTES
"""Bytes, as for any file that a verifier takes. A certificate has some 120 kB, most of it fonts."""

BUNDLE_NAME: Final = "certificate.sarap.json"
PRINT_NAME: Final = "print.json"

_REVISIONS_MAX: Final = 8  # a certificate has two; of the others we only need to find the first
_OBJECTS_MAX: Final = 5_000  # a certificate has about 250
_HEADER_MAX_BYTES: Final = 4_096  # of an object's dictionary that we read; the longest is the page tree's or the catalogue's
_CMS_MAX_BYTES: Final = 32 * 1024  # two hexadecimal digits each; a chain of four certificates takes 4 kB

_END: Final = re.compile(rb"startxref\n(\d{1,8})\n%%EOF\n?\Z")
_TRAILER: Final = re.compile(rb"trailer\n<<(.{1,1000}?)>>\n?startxref\n", re.DOTALL)
_SECTION: Final = re.compile(rb"xref\n0 (\d{1,5})\n")
_BYTE_RANGE: Final = re.compile(rb"/ByteRange \[0 (\d{1,8}) (\d{1,8}) (\d{1,8})\]")
_HEX: Final = re.compile(rb"<([0-9A-F]+)>")


@dataclass(frozen=True, slots=True)
class Pdf:
    """What is in a certificate's PDF. Nothing of it is believed before it is verified."""

    data: bytes
    unsealed_bytes: int
    """how long the part is that the pages and the attachments are in"""
    bundle: bytes
    print: Print

    @property
    def unsealed(self) -> bytes:
        """The file before it was sealed."""
        return self.data[: self.unsealed_bytes]


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal that covers every byte of its file. Whose it is, is for `Signature.holds` to say."""

    signature: Signature
    cms: bytes
    bytes_reserved: int


def read_pdf(data: bytes) -> Pdf:
    """Read the attachments of a certificate's PDF, sealed or not. Raises `Unreadable` with a sentence that says why."""
    if len(data) > PDF_MAX_BYTES:
        raise Unreadable(Code.FILE_TOO_LARGE, f"{len(data)} bytes, at most {PDF_MAX_BYTES}")
    try:
        length = _first_revision(data)
        revision = _Revision(data[:length])
        attached = revision.attachments()
        return Pdf(data, length, attached[BUNDLE_NAME], read_print(attached[PRINT_NAME]))
    except (LookupError, ValueError, zlib.error) as error:
        raise Unreadable(Code.PDF_UNREADABLE, str(error)[:200]) from error
    except Unreadable as error:
        raise Unreadable(Code.PDF_UNREADABLE, str(error)) from error


def read_seal(pdf: Pdf) -> Seal:
    """Find the seal and see that it covers everything. Raises `Unreadable` if there is none or it does not."""
    data = pdf.data
    if pdf.unsealed_bytes == len(data):
        raise Unreadable(Code.SEAL_MISSING)
    ranges = _BYTE_RANGE.findall(data, pdf.unsealed_bytes)
    if len(ranges) != 1:
        raise Unreadable(Code.SEAL_BROKEN if ranges else Code.SEAL_MISSING, f"{len(ranges)} signatures")
    end, start, rest = (int(number) for number in ranges[0])
    if not pdf.unsealed_bytes < end < start or start + rest != len(data):
        raise Unreadable(Code.SEAL_BROKEN, "the signature does not cover the whole file")
    hexadecimal = _HEX.fullmatch(data, end, start)
    if hexadecimal is None or start - end > 2 * _CMS_MAX_BYTES:
        raise Unreadable(Code.SEAL_BROKEN, "between the signed parts is something else than the signature")
    try:
        cms = _cms(bytes.fromhex(hexadecimal[1].decode()))
        signature = read_cms(cms)
    except ValueError as error:
        raise Unreadable(Code.SEAL_BROKEN, str(error)) from error
    if hashlib.sha256(data[:end] + data[start:]).digest() != signature.digest:
        raise Unreadable(Code.SEAL_BROKEN, "the file was changed after it was sealed")
    return Seal(signature, cms, start - end - 2)


def _cms(padded: bytes) -> bytes:
    """Cut off the zeros after the signature. A DER value says how long it is; what comes after may only be zeros."""
    if len(padded) < 4 or padded[0] != 0x30 or not 0x81 <= padded[1] <= 0x83:  # a SEQUENCE in the long form
        msg = "not a CMS signature"
        raise ValueError(msg)
    size = padded[1] & 0x7F
    length = 2 + size + int.from_bytes(padded[2 : 2 + size], "big")
    if any(padded[length:]):
        msg = "something is hidden behind the signature"
        raise ValueError(msg)
    return padded[:length]


def _first_revision(data: bytes) -> int:
    """Where the unsealed part ends: the revision that the others follow, each saying where the one before it begins."""
    last = _END.search(data, max(0, len(data) - 64))
    if not data.startswith(MAGIC) or last is None:
        msg = "not a whole PDF file"
        raise ValueError(msg)
    place = int(last[1])
    for _revision in range(_REVISIONS_MAX):
        previous = re.search(rb"/Prev (\d{1,8})\b", _trailer(data, place))
        if previous is None:
            break
        place = int(previous[1])
    else:
        msg = f"changed more than {_REVISIONS_MAX} times"
        raise ValueError(msg)
    end = b"startxref\n%d\n%%%%EOF" % place
    found = data.find(end, place)
    if found < 0:
        msg = "the first revision has no end"
        raise ValueError(msg)
    length = found + len(end)
    return length + 1 if data[length : length + 1] == b"\n" else length


def _trailer(data: bytes, place: int) -> bytes:
    if data[place : place + 5] != b"xref\n":
        msg = "no cross-reference table where one should be"
        raise ValueError(msg)
    # The first trailer or none: trying a megabyte of beginnings one after the other would cost seconds.
    begin = data.find(b"trailer\n<<", place)
    found = _TRAILER.match(data, begin) if begin >= 0 else None
    if found is None:
        msg = "a cross-reference table without a trailer"
        raise ValueError(msg)
    return found[1]


class _Revision:
    """The objects of a PDF of one revision, found by its cross-reference table."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        end = _END.search(data, max(0, len(data) - 64))
        section = None if end is None else _SECTION.match(data, int(end[1]))
        if end is None or section is None or int(section[1]) > _OBJECTS_MAX:
            msg = "no cross-reference table that we write"
            raise ValueError(msg)
        count = int(section[1])
        table = data[section.end() : section.end() + 20 * count]
        self._offsets = [int(table[20 * number : 20 * number + 10]) for number in range(count)]
        self._trailer = _trailer(data, int(end[1]))

    def attachments(self) -> dict[str, bytes]:
        """The attached files by their names, as far as the catalogue names them."""
        root = _reference(self._trailer, rb"/Root")
        names = re.search(rb"/EmbeddedFiles<</Names\[([^\]]{1,500})\]>>", self._dictionary(root))
        if names is None:
            msg = "no file is attached"
            raise ValueError(msg)
        files: dict[str, bytes] = {}
        for name, number in re.findall(rb"\(([A-Za-z0-9._-]{1,100})\)(\d{1,5}) 0 R", names[1]):
            files[name.decode()] = self._stream(_reference(self._dictionary(int(number)), rb"/EF<</F"))
        return files

    def _dictionary(self, number: int) -> bytes:
        start, header = self._offsets[number], b"%d 0 obj\n" % number
        if not self._data.startswith(header, start):
            msg = f"object {number} is not where it should be"
            raise ValueError(msg)
        start += len(header)
        return self._data[start : start + _HEADER_MAX_BYTES].partition(b"endobj")[0]

    def _stream(self, number: int) -> bytes:
        start = self._offsets[number]
        found = re.compile(rb"%d 0 obj\n<<(/Length (\d{1,8})[^\n]{1,500})>>\s{0,2}stream\n" % number).match(self._data, start)
        if found is None or b"/Type/EmbeddedFile" not in found[1]:
            msg = f"object {number} is not an attached file"
            raise ValueError(msg)
        packed = self._data[found.end() : found.end() + int(found[2])]
        if b"/Filter" not in found[1]:  # the typesetter packs only what becomes smaller by it
            return packed
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(packed, BUNDLE_MAX_BYTES + 1)
        if len(content) > BUNDLE_MAX_BYTES:
            msg = "an attached file is too large"
            raise ValueError(msg)
        if not unpacker.eof or unpacker.unused_data:
            msg = "an attached file is cut off or has something behind it"
            raise ValueError(msg)
        return content


def _reference(dictionary: bytes, name: bytes) -> int:
    found = re.search(name + rb" (\d{1,5}) 0 R", dictionary)
    if found is None:
        msg = f"{name.decode()} is missing"
        raise ValueError(msg)
    return int(found[1])
