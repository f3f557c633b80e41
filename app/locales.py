"""The languages of the interface: Kazakh, Russian, English.

Texts are English in the code and in templates; `locale/<code>/LC_MESSAGES/sarap.po` holds the other two. The catalogues are
read and compiled in memory when the process starts, so nothing has to be built.

In Python:

    translate(request, "Signed out")                     # now, in the visitor's language
    TITLE: Final = msgid("The exam is over")             # marked for the catalogue, translated where it is shown

`make messages` collects both, and templates' `_("…")` and `{% trans %}`, into the catalogues.
"""

import functools
import io
from enum import StrEnum
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from starlette.requests import Request

LOCALE_COOKIE: Final = "locale"
FOLDER: Final = Path(__file__).parent / "locale"


class Locale(StrEnum):
    """Codes of ISO 639-1, as in `<html lang>` and in the account."""

    KAZAKH = "kk"
    RUSSIAN = "ru"
    ENGLISH = "en"


NAMES: Final = {Locale.KAZAKH: "Қазақша", Locale.RUSSIAN: "Русский", Locale.ENGLISH: "English"}
"""Each in its own language: who looks for it reads it."""


def msgid(text: str) -> str:
    """Mark `text` for the catalogues and return it as it is; whoever shows it translates it."""
    return text


@functools.cache
def translations(locale: Locale) -> NullTranslations:
    """Load a catalogue; a text without a translation stays English."""
    path = FOLDER / locale / "LC_MESSAGES" / "sarap.po"
    if locale is Locale.ENGLISH or not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=locale, abort_invalid=True)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def locale_of(request: Request) -> Locale:
    """Return the visitor's language: as in their account, else in the cookie, else as the browser prefers, else English."""
    account = getattr(request.state, "account", None)
    chosen = request.cookies.get(LOCALE_COOKIE) if account is None else account.locale
    if chosen in set(Locale):
        return Locale(chosen)
    return preferred(request.headers.get("accept-language", ""))


ACCEPT_LANGUAGE_MAX_CHARS: Final = 200
"""Browsers send well under a hundred."""


def preferred(accept_language: str) -> Locale:
    """Choose from an `Accept-Language` header (RFC 9110, 12.5.4), e.g. `kk-KZ,kk;q=0.9,ru;q=0.8`."""
    best, best_quality = Locale.ENGLISH, 0.0
    for part in accept_language[:ACCEPT_LANGUAGE_MAX_CHARS].split(","):
        tag, _, weight = part.partition(";")
        code = tag.strip().split("-")[0].lower()
        try:
            quality = float(weight.strip().removeprefix("q=") or 1)
        except ValueError:
            continue
        if code in set(Locale) and quality > best_quality:
            best, best_quality = Locale(code), quality
    return best


def translate(request: Request, text: str, **values: object) -> str:
    """Return `text` in the visitor's language, with `%(name)s` filled from `values`."""
    translated = translations(locale_of(request)).gettext(text)
    return translated % values if values else translated
