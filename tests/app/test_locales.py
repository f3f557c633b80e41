"""Three languages: chosen rightly, complete, and with the same places for values in each."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from app import messages
from app.locales import Locale, preferred, translations
from app.messages import TRANSLATED
from app.pages import environment

PLACES = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
"""What Python fills, and what the exam page's script fills."""


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", Locale.ENGLISH),
        ("kk-KZ,kk;q=0.9,ru;q=0.8", Locale.KAZAKH),
        ("de-DE, ru;q=0.7, en;q=0.3", Locale.RUSSIAN),
        ("RU", Locale.RUSSIAN),
        ("fr", Locale.ENGLISH),
        ("kk;q=0, ru;q=0.1", Locale.RUSSIAN),
        ("kk;q=many", Locale.ENGLISH),
        ("*;q=0.5", Locale.ENGLISH),
    ],
)
def test_the_browsers_wish_is_followed(header: str, expected: Locale) -> None:
    assert preferred(header) is expected


@given(some.text())
def test_no_header_breaks_the_choice(header: str) -> None:
    assert preferred(header) in Locale


@pytest.mark.parametrize("locale", TRANSLATED)
def test_every_text_is_translated(locale: Locale) -> None:
    catalogue = messages.read(locale)
    missing = [
        f"{message.locations[0][0]}: {message.id}"
        for message in messages.collect()
        if message.id and not messages.is_translated(catalogue, message.id)
    ]
    assert missing == [], "run `make messages` and translate these"


@pytest.mark.parametrize("locale", TRANSLATED)
def test_translations_keep_the_places_for_values(locale: Locale) -> None:
    for message in messages.read(locale):
        wanted = {name for source in _forms(message.id) for name in PLACES.findall(source)}
        places = {name for target in _forms(message.string) for name in PLACES.findall(target)}
        assert not message.id or places == wanted, message.id


@pytest.mark.parametrize("locale", TRANSLATED)
def test_catalogues_hold_nothing_that_is_gone(locale: Locale) -> None:
    used = messages.collect()
    assert [message.id for message in messages.read(locale) if message.id and used.get(message.id) is None] == []


OTHER_WORDS = {
    Locale.RUSSIAN: {"задач": "задание", "сеанс": "сессия", "проктор": "наблюдатель", "хэш": "хеш"},
    Locale.KAZAKH: {
        "есеп шарт": "тапсырма",
        "сеанс": "сессия",
        "проктор": "бақылаушы",
        "кандидат": "үміткер",
        "есептік жазба": "тіркелгі",
        "төрелік": "тексеру",
        "архив": "мұрағат",
        "программалау": "бағдарламалау",
        "менің емтихандарым": "Емтихандарым",
        "хэш": "хеш",
    },
}
"""Words for which the pages have another one already, by language."""


@pytest.mark.parametrize("locale", TRANSLATED)
def test_one_thing_has_one_word(locale: Locale) -> None:
    forms = [form for message in messages.read(locale) if message.id for form in _forms(message.string)]
    others = OTHER_WORDS[locale]
    # A word inside of another, as in «бағдарламалау», is another word.
    assert [form for form in forms for word in others if re.search(rf"\b{word}", form, re.IGNORECASE)] == []


ENDING_AFTER_A_TIME = re.compile(
    r"(%\((when|date|time|opens|closes|begins)\)s|\{(time|taken|seen)\})(-\w| дейін| бастап| бері)"
)
"""In Kazakh `14:30` takes `-ға` and `15:00` takes `-ке`: which one follows from how it is read aloud."""


def test_no_kazakh_ending_is_put_to_a_time_that_is_filled_in() -> None:
    forms = [form for message in messages.read(Locale.KAZAKH) for form in _forms(message.string)]
    assert [form for form in forms if ENDING_AFTER_A_TIME.search(form)] == []


def _forms(text: str | Sequence[str] | None) -> list[str]:
    return [text] if isinstance(text, str) else list(text or ())


def test_a_text_without_a_translation_stays_english() -> None:
    assert translations(Locale.KAZAKH).gettext("Nobody has ever written this.") == "Nobody has ever written this."


def _filled(locale: Locale, template: str, **values: object) -> str:
    settings = SimpleNamespace(time_zone=ZoneInfo("Asia/Almaty"))
    return environment(locale).from_string(template).render(locale=locale, settings=settings, **values)


MOMENT = datetime(2026, 11, 23, 19, 5, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("datetime", "24 ноября 2026, 00:05"),
        ("zoned", "24 ноября 2026, 00:05 (Алматы, UTC+5)"),
        ("short", "24.11.2026 00:05"),
        ("date", "24 ноября 2026"),
        ("clock", "00:05:07"),
    ],
)
def test_times_are_the_centres(style: str, expected: str) -> None:
    assert _filled(Locale.RUSSIAN, "{{ moment | when(style) }}", moment=MOMENT, style=style) == expected


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("datetime", "2026 ж. 24 қараша, 00:05"),
        ("date", "2026 ж. 24 қараша"),
        ("weekday", "сейсенбі, 2026 ж. 24 қараша, 00:05"),
        ("day", "сейсенбі, 24 қараша"),
    ],
)
def test_in_kazakh_the_year_comes_before_the_day(style: str, expected: str) -> None:
    assert _filled(Locale.KAZAKH, "{{ moment | when(style) }}", moment=MOMENT, style=style) == expected


def test_a_date_of_a_certificate_is_written_as_in_the_language() -> None:
    written = [_filled(locale, "{{ '2026-11-07' | written_date }}") for locale in Locale]
    assert written == ["2026 ж. 7 қараша", "7 ноября 2026", "7 November 2026"]


def test_numbers_and_names_are_written_as_in_the_language() -> None:
    assert _filled(Locale.RUSSIAN, "{{ n | number }}", n=Decimal("1234.500")) == "1\N{NO-BREAK SPACE}234,5"
    assert _filled(Locale.ENGLISH, "{{ n | number(0) }}", n=1234.5) == "1,234"
    assert _filled(Locale.KAZAKH, "{{ n | task_name }}", n={"en": "Bread", "kk": "Нан"}) == "Нан"
    assert _filled(Locale.RUSSIAN, "{{ n | task_name }}", n={"en": "Bread", "kk": "Нан"}) == "Bread"
    assert _filled(Locale.ENGLISH, "{{ d | duration }}", d=timedelta(hours=1, minutes=5, seconds=59)) == "1 h 5 min"
    assert _filled(Locale.ENGLISH, "{{ d | duration }}", d=3600) == "1 h"
    assert _filled(Locale.ENGLISH, "{{ d | duration }}", d=59.9) == "0 min"
