"""What stands on the pages: everything that the template prints, as words and numbers, from the certificate file alone.

No clock, no setting and no catalogue takes part, so that the same certificate reads the same for ever. Times are those of the
credential, in UTC; their days are printed, and page 2 says them exactly.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from certificates.assurance import Assured, Topic
from certificates.bundle import MEDIA_TYPE, Bundle
from certificates.carriers.pdf import BUNDLE_NAME, PRINT_NAME
from certificates.carriers.printed import Print
from certificates.carriers.typeface import BODY, HEADLINE, unprintable
from certificates.credential import Alignment, ShownCompetence, Summary, summary
from certificates.log.checkpoint import read_checkpoint
from certificates.log.proof import read_proof
from certificates.strict_json import JsonObject
from certificates.timestamp import read_timestamp

PAGE_VERSION: Final = 3
"""Raised whenever this file, the drawing of the codes or the sealing makes something else of the same certificate; part of the
edition's hash."""


def page_of(bundle: Bundle, what: Print) -> JsonObject:
    """Write out the pages of a certificate that was verified or is about to be issued: JSON for the template."""
    certificate = summary(bundle.credential)
    texts = words_of_template()[what.language]
    language = _Language(texts, decimal_comma=texts["decimal_comma"])
    proof = read_proof(bundle.log_proof)
    checkpoint = read_checkpoint(proof.checkpoint)
    log: dict[str, object] = {"index": proof.index, "origin": checkpoint.origin, "size": checkpoint.size}
    achievement: Any = bundle.credential["credentialSubject"]
    spoken = str(achievement["achievement"]["inLanguage"])
    description, names = _split_names(certificate.description)
    own = names.get(what.language)
    fields: dict[str, object] = {
        "serial": certificate.serial,
        "holder": certificate.holder_name,
        "achievement": own or certificate.achievement,
    }
    page: dict[str, Any] = {
        "language": what.language.value,
        "words": texts["words"],
        "title": texts["title"].format_map(fields),
        "subject": texts["subject"],
        "created": [*certificate.awarded_at.timetuple()[:6]],
        "issuer": certificate.issuer_name,
        "issuer-id": certificate.issuer_did,
        **fields,
        "achievement-language": what.language.value if own else spoken,
        "texts-language": spoken,
        "description": description,
        "criteria": str(achievement["achievement"]["criteria"]["narrative"]),
        "level": [_level(entry) for entry in certificate.alignments],
        "areas": [_area(part, language) for part in certificate.competences],
        "assurance": [_assured(line, language) for line in certificate.assurance],
        "records": certificate.records_root or "",
        **_result(certificate, language),
        "awarded": language.day(certificate.awarded_at),
        "awarded-exactly": language.moment(certificate.awarded_at),
        "sat": language.day(certificate.sat_at),
        "sat-exactly": language.moment(certificate.sat_at),
        "valid-until": texts["unlimited"] if certificate.valid_until is None else language.day(certificate.valid_until),
        "log-entry": texts["log_entry"].format_map(log),
        "log-long": texts["log_long"].format_map(log),
        "address": str(bundle.credential["id"]),
        "check-at": texts["check_at"].format(host=urlsplit(certificate.issuer_url).netloc + "/verify"),
        "verify-at": f"{certificate.issuer_url}/verify",
        "steps": [
            {"text": text, "code": code.replace("{issuer_url}", certificate.issuer_url)} for text, code in texts["steps"]
        ],
        "template": texts["template"].format(template=what.template),
        "bundle-name": BUNDLE_NAME,
        "bundle-type": MEDIA_TYPE,
        "print-name": PRINT_NAME,
    }
    return page


def unprintable_parts(credential: JsonObject) -> tuple[str, ...]:
    """Say for each text of a credential which of its letters cannot be printed, in words for a registrar."""
    said = summary(credential)
    achievement: Any = credential["credentialSubject"]
    description, names = _split_names(said.description)
    texts = (
        ("the holder's name", said.holder_name, HEADLINE),
        ("the name of the qualification", said.achievement, HEADLINE),
        *(("the name of the qualification in another language", name, HEADLINE) for name in names.values()),
        ("the centre's name", said.issuer_name, BODY),
        ("the description", description, BODY),
        *(("the name of a part", part.name, BODY) for part in said.competences),
        *(("a level", _level(entry), BODY) for entry in _all_levels(said)),
        ("the criteria", str(achievement["achievement"]["criteria"]["narrative"]), BODY),
    )
    return tuple(
        f"{place} has a letter that certificates cannot be printed with: {lacking}"
        for place, text, fonts in texts
        for lacking in unprintable(text, fonts)
    )


def _all_levels(said: Summary) -> Iterator[Alignment]:
    yield from said.alignments
    for part in said.competences:
        yield from part.alignments


def sealing_time(credential: JsonObject, certified_from: datetime) -> datetime:
    """What a PDF reader shows as the time of the seal: when the certificate was signed, as its own second signature says.

    Pages may be sealed again years later, by a key that there was not yet: then from when on that key was certified, so that no
    seal claims to be older than its key.
    """
    proofs: Any = credential["proof"]
    return max(read_timestamp(proofs[-1]["created"]), certified_from)


_NO_BREAK: Final = "\u00a0"


class _Language:
    """How a language writes numbers and days."""

    def __init__(self, texts: Mapping[str, Any], *, decimal_comma: bool) -> None:
        self.texts = texts
        self._decimal_comma = decimal_comma

    def number(self, value: str) -> str:
        """`87.5` in English, `87,5` in Kazakh and Russian."""
        return value.replace(".", ",") if self._decimal_comma else value

    def day(self, moment: datetime) -> str:
        """A day."""
        return self.texts["date"].format_map(self._parts(moment)).replace(" ", _NO_BREAK)

    def date(self, day: date) -> str:
        """A day of a calendar."""
        return self.day(datetime(day.year, day.month, day.day, tzinfo=UTC))

    def moment(self, moment: datetime) -> str:
        """A day and the time in UTC."""
        return self.texts["moment"].format_map(self._parts(moment))

    def _parts(self, moment: datetime) -> dict[str, object]:
        month = self.texts["months"][moment.month - 1]
        return {"day": moment.day, "month": month, "year": moment.year, "time": f"{moment:%H:%M:%S}"}


def _result(certificate: Summary, language: _Language) -> dict[str, object]:
    texts = language.texts
    return {
        "points": language.number(certificate.points),
        "of-maximum": texts["of_maximum"].format(maximum=language.number(certificate.maximum)),
        "share": _percent(certificate.points, certificate.maximum),
        "required": texts["required"].format(required=language.number(certificate.required)),
        "required-share": _percent(certificate.required, certificate.maximum),
    }


def _level(entry: Alignment) -> str:
    """`National Qualifications Framework: Level 4 of 8`; a code is said only if its name does not say it."""
    name = entry.name if entry.code in entry.name else f"{entry.name} ({entry.code})"
    return f"{entry.framework}: {name}"


def _area(part: ShownCompetence, language: _Language) -> dict[str, object]:
    points, maximum = language.number(part.points), language.number(part.maximum)
    return {
        "name": part.name,
        "points": language.texts["area_points"].format(points=points, maximum=maximum),
        "share": _percent(part.points, part.maximum),
        "levels": [_level(entry) for entry in part.alignments],
    }


def _assured(line: Assured, language: _Language) -> dict[str, str]:
    words: Mapping[str, str] = language.texts["assured"].get(line.topic, {})
    if line.topic is Topic.FORM:
        value = language.date(date.fromisoformat(line.word))
    else:
        value = words.get(line.word) or language.number(line.word)
    return {"name": language.texts["assurance"][line.topic], "value": value}


def _percent(part: str, whole: str) -> int:
    """A whole number between 0 and 100: how far a bar is filled."""
    maximum = Decimal(whole)
    return 0 if maximum <= 0 else min(100, int(Decimal(part) * 100 / maximum))


def _split_names(description: str) -> tuple[str, dict[str, str]]:
    """Take the names in other languages off the end of a description, where `credential.py` has put them."""
    names: dict[str, str] = {}
    while found := _NAME_AT_END.fullmatch(description):
        description = found["before"]
        names[found["language"]] = found["name"]
    return description, names


_NAME_AT_END: Final = re.compile(
    r"(?P<before>.*?[^ ]) (?P<language>kk|ru|en): (?P<name>(?:(?! (?:kk|ru|en): ).)+)\.", re.DOTALL
)


@cache
def words_of_template() -> dict[str, dict[str, Any]]:
    """What the template says in each language, as `words.toml` has it."""
    return tomllib.loads((resources.files("certificates.carriers") / "template" / "words.toml").read_text("utf-8"))
