"""How the pages are made: typst sets the template with what `page.py` says, as PDF/A-3a and PDF/UA-1 with both files attached.

The same certificate, language and edition always give the same bytes, on every machine. An edition is everything else that has
a part in them: the template with its words and pictures, the fonts, this package's `PAGE_VERSION`, and the versions of the
typesetter and of what draws the codes. Its hash is in the file, so that `reproduces` knows whether it can make it again.

Nothing of a certificate is ever read as typst: it comes in as JSON and is text. The typesetter sees the template's folder and
no other file, has no packages and no network.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Final

from certificates.bundle import Bundle, read_bundle
from certificates.carriers.compact import compact_claims
from certificates.carriers.page import PAGE_VERSION, page_of, sealing_time
from certificates.carriers.pdf import BUNDLE_NAME, PRINT_NAME, Pdf, read_seal
from certificates.carriers.printed import Print, write_print
from certificates.carriers.qr import qr_image, read_front, read_second
from certificates.carriers.typeface import FONTS, font_folder
from certificates.errors import Unreadable
from certificates.log.entry import binding_of
from certificates.strict_json import canonical

STANDARDS: Final = ("a-3a", "ua-1")
"""PDF/A-3 at its accessible level (ISO 19005-3), and PDF/UA-1 (ISO 14289-1): tagged, with a language and texts for pictures."""

_MAIN: Final = b'#include "certificate.typ"'
"""Only what is read from the folder is kept from one certificate to the next, already parsed."""

_MAKERS: Final = ("typst", "zxing-cpp")
"""The packages whose version decides what the bytes are."""


Typeset = Callable[[bytes, Print], Awaitable[bytes]]
"""How whoever holds keys has pages made: `Typesetter.typeset`, in a process of its own."""


def render(bundle: bytes, what: Print) -> bytes:
    """Typeset a certificate file. Raises what the reading of `bundle` raises, `RuntimeError` if the typesetter fails."""
    page = page_of(read_bundle(bundle), what)
    files = {
        "main.typ": _MAIN,
        "page.json": json.dumps(page, ensure_ascii=False, sort_keys=True).encode(),
        "front.svg": qr_image(what.front).encode(),
        "second.svg": qr_image(what.second).encode(),
        BUNDLE_NAME: bundle,
        PRINT_NAME: write_print(what),
    }
    return _compiler().compile(input=files, format="pdf", pdf_standards=list(STANDARDS), timestamp=0)


def reproduces(pdf: Pdf) -> bool | None:
    """Make a sealed PDF again from what is attached to it, and say whether every byte is the same but the signature itself.

    None: it is of another edition than this one. Whose the seal is and what the attachment is worth is for `verify` to say.
    Raises `Unreadable` if it has no whole seal.
    """
    seal = read_seal(pdf)
    if pdf.print.template != edition():
        return None
    from certificates.carriers.sealing import embed  # whoever only verifies seals nothing

    bundle = read_bundle(pdf.bundle)
    if not _codes_are_of(bundle, pdf.print):
        return False
    sealed_at = sealing_time(bundle.credential, seal.signature.certified_from)
    return embed(render(pdf.bundle, pdf.print), seal.bytes_reserved, sealed_at, lambda _digest: seal.cms) == pdf.data


def _codes_are_of(bundle: Bundle, what: Print) -> bool:
    """Say whether both codes on the pages commit to the attached credential, as its entry in the log does."""
    unsigned = {name: value for name, value in bundle.credential.items() if name != "proof"}
    said = (compact_claims(unsigned), binding_of(bundle.salt, canonical(unsigned)))
    try:
        front, (second, _proof) = read_front(what.front), read_second(what.second)
    except Unreadable:
        return False
    return said == (front.compact, front.binding) == (second.compact, second.binding)


@cache
def edition() -> str:
    """The hash that names what pages are made with, 64 hexadecimal digits."""
    digest = hashlib.sha256(f"sarap-edition/1 {PAGE_VERSION}\n".encode())
    for maker in _MAKERS:
        digest.update(f"{maker} {metadata.version(maker)}\n".encode())
    for name, sha256 in sorted(FONTS.items()):
        digest.update(f"{name} {sha256}\n".encode())
    for path in sorted(_folder().iterdir()):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def _folder() -> Path:
    return Path(str(resources.files("certificates.carriers") / "template"))


@cache
def _compiler() -> Any:
    """Read template and fonts once."""
    import typst

    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(font_folder())])
    return typst.Compiler(root=str(_folder()), font_paths=fonts, ignore_system_fonts=True)
