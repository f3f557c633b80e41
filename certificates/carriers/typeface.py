"""The fonts of a printed certificate, and whether they can write what it says.

Source Serif 4 and Source Sans 3 (SIL Open Font License 1.1): free, and with every letter of Kazakh, Russian and English, and
of most languages in Latin and Greek script. The set-up takes them out of npm packages into `fonts/`; they are
pinned by hash, because a certificate typeset with other fonts is another file.

The typesetter does not warn of a letter that a font lacks, it prints a box. So every letter is looked up before anything is
recorded or signed, in every font that might print it.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont  # pyright: ignore[reportMissingTypeStubs]

from certificates.errors import FontMissing

FONTS: Final = {
    "SourceSans3_400Regular.ttf": "393fb5b878ceed04aebc34b097e853ae5138c51d0c34b496ce8e2b47e0d0b94a",
    "SourceSans3_600SemiBold.ttf": "bd2550fce2d295b0bf20bd8b1b7f1477da834f1066bd850aafdb4787a67a63ca",
    "SourceSerif4_300Light.ttf": "7ee4c600c46fa6e0f25362464a3265a240befe02d384ccf78d2ffbce6c48686f",
    "SourceSerif4_400Regular_Italic.ttf": "8abc06ebcf3a84d6e18763fad2fd237c9149104f16963f459c8763390048aff2",
    "SourceSerif4_600SemiBold.ttf": "d31cd1fb273e5399efc04691e9ac14b581eae836d783f6cf3c560225ebcf95c0",
}
"""File names and the SHA-256 of their contents."""

HEADLINE: Final = tuple(FONTS)
"""What a name may be printed in: large on page 1, small on page 2."""

BODY: Final = tuple(name for name in FONTS if name.startswith("SourceSans3"))
"""What a description may be printed in."""

_MARK_TO_BASE, _MARK_TO_MARK, _EXTENSION = 4, 6, 9  # kinds of lookups in GPOS (ISO/IEC 14496-22)
_JOINERS: Final = frozenset("\u200c\u200d")
"""They have no outline of their own and change how their neighbours join."""


@cache
def font_folder() -> Path:
    """Where the fonts are, each of them the pinned one. Raises `FontMissing`."""
    folder = Path(str(resources.files("certificates.carriers") / "fonts"))
    for name, sha256 in FONTS.items():
        try:
            found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        except OSError as error:
            msg = f"{name} is not in {folder}; run the set-up again"
            raise FontMissing(msg) from error
        if found != sha256:
            msg = f"{name} in {folder} is not the pinned font"
            raise FontMissing(msg)
    return folder


def unprintable(text: str, fonts: Sequence[str]) -> tuple[str, ...]:
    """Name what one of `fonts` cannot write, e.g. `安 (U+5B89 CJK UNIFIED IDEOGRAPH-5B89)`. Empty if there is nothing."""
    composed = unicodedata.normalize("NFC", text)
    return tuple(dict.fromkeys(_named(lacking) for name in fonts for lacking in _lacking(composed, _repertoire(name))))


@dataclass(frozen=True, slots=True)
class _Repertoire:
    """What a font can write: characters by their glyphs, and which marks it can set on which glyphs (bases, marks)."""

    glyphs: Mapping[int, str]
    attachments: tuple[tuple[frozenset[str], frozenset[str]], ...]

    def sets(self, mark: str, base: str | None) -> bool:
        """Say whether the font has a place for `mark` on `base`."""
        return any(base in bases and mark in marks for bases, marks in self.attachments)


def _lacking(text: str, font: _Repertoire) -> Iterator[str]:
    before = ""
    for character in text:
        glyph = font.glyphs.get(ord(character))
        if character in _JOINERS:
            continue
        if glyph is None:
            yield character
        elif unicodedata.combining(character) and not font.sets(glyph, font.glyphs.get(ord(before)) if before else None):
            # The font has the letter and the mark, and would print the mark beside the letter.
            yield before + character
        before = character


def _named(characters: str) -> str:
    points = ", ".join(f"U+{ord(character):04X} {unicodedata.name(character, 'without a name')}" for character in characters)
    return f"{characters} ({points})"


@cache
def _repertoire(name: str) -> _Repertoire:
    reader: Any = TTFont(font_folder() / name, lazy=True)
    with reader as font:
        return _Repertoire(dict(font.getBestCmap()), tuple(_attachments(font["GPOS"].table.LookupList.Lookup)))


def _attachments(lookups: Any) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    for lookup in lookups:
        for subtable in lookup.SubTable:
            table = subtable.ExtSubTable if lookup.LookupType == _EXTENSION else subtable
            if table.LookupType == _MARK_TO_BASE:
                yield frozenset(table.BaseCoverage.glyphs), frozenset(table.MarkCoverage.glyphs)
            elif table.LookupType == _MARK_TO_MARK:
                yield frozenset(table.Mark2Coverage.glyphs), frozenset(table.Mark1Coverage.glyphs)
