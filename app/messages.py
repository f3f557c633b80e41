"""`make messages`: collect every text from code and templates into the catalogues, and say what is left to translate.

Texts are marked with `_("…")` in templates and in `certificates/findings.py`, `{% trans %}` in templates, and `msgid("…")` or
`translate(request, "…")` in Python. New texts are added empty, texts that are gone are removed, nothing is guessed.
"""

import sys
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from app.locales import FOLDER, Locale

ROOT: Final = FOLDER.parent.parent

SOURCES: Final = {
    ROOT / "app": [("templates/**.html", "jinja2.ext:babel_extract"), ("**.py", "python")],
    ROOT / "certificates": [("**.py", "python")],
}
OPTIONS: Final = {"templates/**.html": {"silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}}
KEYWORDS: Final = {"_": None, "gettext": None, "ngettext": (1, 2), "msgid": None, "translate": (2,)}

TRANSLATED: Final = (Locale.KAZAKH, Locale.RUSSIAN)
LINE_LENGTH: Final = 128


def collect() -> Catalog:
    """Return every text, with the files where it stands."""
    catalogue = Catalog(charset="utf-8")
    for folder, methods in SOURCES.items():
        for name, _, text, _, context in extract_from_dir(folder, methods, OPTIONS, KEYWORDS):
            catalogue.add(text, locations=[(f"{folder.name}/{name}", 0)], context=context)
    return catalogue


def path_of(locale: Locale) -> Path:
    """Return where the catalogue of a language is."""
    return FOLDER / locale / "LC_MESSAGES" / "sarap.po"


def read(locale: Locale) -> Catalog:
    """Read the catalogue of a language. Raises `PoFileError` on a malformed one."""
    with path_of(locale).open("rb") as source:
        return read_po(source, locale=locale, abort_invalid=True)


def is_translated(catalogue: Catalog, text: str | list[str] | tuple[str, ...]) -> bool:
    """Say whether a text, in all its plural forms, has a translation that a person confirmed."""
    message = catalogue.get(text)
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, tuple) else bool(message.string)


def update(locale: Locale, collected: Catalog) -> list[str]:
    """Bring one catalogue up to date and return the texts that it lacks."""
    catalogue = read(locale)
    catalogue.update(collected, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False)
    catalogue.msgid_bugs_address, catalogue.last_translator, catalogue.language_team = (
        "SECURITY.md",
        "Sarap",
        f"Sarap ({locale})",
    )
    with path_of(locale).open("wb") as target:
        write_po(target, catalogue, width=LINE_LENGTH, include_lineno=False, ignore_obsolete=True, sort_by_file=True)
    return [str(message.id) for message in catalogue if message.id and not is_translated(catalogue, message.id)]


def main() -> int:
    """Update all catalogues; 1 if something is left to translate."""
    collected = collect()
    left = 0
    for locale in TRANSLATED:
        missing = update(locale, collected)
        left += len(missing)
        print(f"{locale}: {len(missing)} of {len(collected)} texts are left to translate", *missing, sep="\n  ")  # noqa: T201
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
