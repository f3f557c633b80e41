"""Pages: Jinja templates, in the visitor's language, and where to go next.

Every template gets `request`, `account` (or `None`), `locale`, `settings`, `here` (this address, for the switches in the head),
and the functions `_`, `script`, `preloads`, `static`, `csp_nonce`, `calendar`. Filters: `when`, `zone_name`, `number`,
`task_name`, `duration`, `last_day`, `written_date`, `exact`.
"""

import functools
import gzip
import hashlib
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from babel.dates import format_date, format_datetime, format_time, get_day_names, get_month_names, get_timezone_location
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.locales import NAMES, Locale, locale_of, translations
from app.navigation import links_for
from exams.booking.zones import pinned

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"

THEMES: Final = ("system", "light", "dark")
THEME_COOKIE: Final = "theme"

FOR_PROGRAMS: Final = ("/api/", "/wallet/")
"""Below these is nothing that a person opens."""

PATTERNS: Final = {
    "datetime": "{date}, HH:mm",
    "zoned": "{date}, HH:mm",
    "short": "dd.MM.y HH:mm",
    "date": "{date}",
    "time": "HH:mm",
    "clock": "HH:mm:ss",
    "day": "EEEE, d MMMM",
    "weekday": "EEEE, {date}, HH:mm",
}
"""How `when` writes a time. Always 24 hours, as in Kazakhstan; the day before the month, so that it is never misread."""

DATES: Final = {
    Locale.KAZAKH: "{year} ж. {day} {month}",
    Locale.RUSSIAN: "{day} {month} {year}",
    Locale.ENGLISH: "{day} {month} {year}",
}
"""A date by language. In Kazakh the year comes first, as on printed certificates."""


def render(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Answer with a page."""
    locale, theme = locale_of(request), _theme(request)
    context: dict[str, object] = {
        "request": request,
        "account": request.state.account,
        "locale": locale,
        "locale_names": NAMES,
        "settings": request.state.settings,
        "theme": theme,
        "themes": THEMES,
        "links": links_for(request.state.account),
        "here": address(request),
        **values,
    }
    return HTMLResponse(environment(locale).get_template(template).render(context), status_code=status)


PageKey = tuple[str, str, str, str]
"""Template, language, theme and path: what a page that is the same for everybody depends on."""


def page_key(request: Request, template: str) -> PageKey:
    """What the page of `template` at this address depends on, for who is not signed in and asks without a query."""
    return template, locale_of(request).value, _theme(request), request.url.path


def render_for_everybody(request: Request, template: str, **values: object) -> HTMLResponse:
    """Answer with a page that is the same for all who are not signed in, made once. `values` follow from the language alone."""
    if request.state.account is not None or request.url.query:
        return render(request, template, status=200, **values)
    pages: dict[PageKey, bytes] = request.state.pages
    key = page_key(request, template)
    made = pages.get(key)
    if made is None:
        made = pages[key] = bytes(render(request, template, status=200, **values).body)
    return HTMLResponse(made)


def _theme(request: Request) -> str:
    theme = request.cookies.get(THEME_COOKIE, "")
    return theme if theme in THEMES else THEMES[0]


def redirect(path: str) -> RedirectResponse:
    """Send the browser on with a GET (303), as after every form that changed something."""
    return RedirectResponse(path, status_code=303)


def wants_json(request: Request) -> bool:
    """Say whether the answer goes to a program: an address for programs, a script of ours, or a caller who asks for JSON."""
    accept = request.headers.get("accept", "")
    asks_json = "json" in accept and "text/html" not in accept
    return request.url.path.startswith(FOR_PROGRAMS) or asks_json or request.headers.get("sec-fetch-dest") == "empty"


def address(request: Request) -> str:
    """Return the path and query of a page that can be opened again, else the home page."""
    if request.method not in {"GET", "HEAD"}:
        return "/"
    path = quote(request.url.path)
    return f"{path}?{request.url.query}" if request.url.query else path


def local_path(path: str, otherwise: str = "/") -> str:
    """Return `path` if it stays on this site, else `otherwise`. A second slash or a backslash would lead elsewhere."""
    stays = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if stays else otherwise


@functools.cache
def environment(locale: Locale) -> Environment:
    """Return Jinja in one language."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    catalogue = translations(locale)
    install: Any = getattr(made, "install_gettext_callables")  # noqa: B009 - jinja2.ext.i18n adds it, so no type knows it
    install(catalogue.gettext, catalogue.ngettext, newstyle=True)
    names: dict[str, Any] = {
        "static": static_url,
        "script": script,
        "preloads": preloads,
        "csp_nonce": csp_nonce,
        "calendar": calendar,
    }
    filters: dict[str, Any] = {
        "last_day": last_day,
        "when": when,
        "written_date": written_date,
        "number": number,
        "task_name": task_name,
        "duration": duration,
        "zone_name": zone_name,
        "exact": exact,
    }
    made.globals.update(names)
    made.filters.update(filters)
    return made


@functools.cache
def _fingerprint(path: Path, _modified_ns: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def static_url(name: str) -> str:
    """Return the address of a file under `static/`, with its fingerprint: browsers may keep it for ever."""
    path = STATIC / name
    if not path.exists():
        return f"/static/{name}"
    return f"/static/{name}?v={_fingerprint(path, path.stat().st_mtime_ns)}"


def script(name: str) -> Markup:
    """Return the tag that loads `frontend/entry/<name>.ts`, as the build hook bundled it."""
    return Markup('<script type="module" src="{}"></script>').format(static_url(f"build/{name}.js"))


def preloads(name: str) -> Markup:
    """Return tags for a page's head that fetch every part of a script at once: each would name the next, a round trip each.

    A part's address is the one by which scripts import it, without a fingerprint: under another it would be fetched twice.
    """
    tag = Markup('<link rel="modulepreload" href="{}">')
    entry = f"build/{name}.js"
    addresses = (static_url(entry), *(f"/static/{part}" for part in _parts_of(STATIC / entry)))
    return Markup("\n  ").join(tag.format(address) for address in addresses)


STATIC_IMPORT: Final = re.compile(r'(?:from|import)"\./(chunk-[A-Z0-9]+\.js)"')
"""As esbuild writes them. What is imported when it is needed, `import("./…")`, is fetched then."""


def _parts_of(bundle: Path) -> tuple[str, ...]:
    return _parts(bundle, bundle.stat().st_mtime_ns) if bundle.exists() else ()


@functools.cache
def _parts(bundle: Path, _modified_ns: int) -> tuple[str, ...]:
    """The names under `static/` of what a bundle imports, and what that imports, each once."""
    found: dict[str, None] = {}
    waiting = [bundle]
    while waiting:
        for part in STATIC_IMPORT.findall(waiting.pop().read_text("utf-8")):
            if f"build/{part}" not in found:
                found[f"build/{part}"] = None
                waiting.append(bundle.parent / part)
    return tuple(found)


def compressed(request: Request, page: HTMLResponse) -> HTMLResponse:
    """Compress a page for a browser that takes that.

    Only for a page that holds nothing that a stranger can choose, and no token: where both meet in one compressed answer, its
    length tells the token letter by letter (BREACH, 2013). Ours have no form tokens (`auth/csrf.py`), and a stranger's page
    cannot have them loaded with the visitor's cookie (`SameSite=Lax`); even so, only the exam page is worth it.
    """
    page.headers["vary"] = "Accept-Encoding"
    if "gzip" in request.headers.get("accept-encoding", ""):
        page.body = gzip.compress(page.body, PAGE_LEVEL, mtime=0)
        page.headers["content-encoding"] = "gzip"
        page.headers["content-length"] = str(len(page.body))
    return page


PAGE_LEVEL: Final = 5
"""Of gzip: a page takes 1 ms, and the best level makes it 2 % smaller for three times as much."""


def warm(locale: Locale) -> None:
    """Read the templates of an exam now, and not while the first candidates wait: compiling one takes a tenth of a second."""
    for name in WARM:
        environment(locale).get_template(name)


WARM: Final = ("candidate/session.html", "candidate/start.html", "candidate/end.html", "candidate/finish.html", "problem.html")


@pass_context
def csp_nonce(context: Context) -> str:
    """Return the nonce with which this page's editor may add its style sheet. Calling it puts it into the page's policy."""
    state = context["request"].state
    if not hasattr(state, "csp_nonce"):
        state.csp_nonce = secrets.token_urlsafe(16)
    return state.csp_nonce


def moment_in_words(request: Request, moment: datetime) -> str:
    """Write a moment with its time zone: its own if it has one other than UTC, else the centre's."""
    zone = request.state.settings.time_zone if moment.tzinfo in {None, UTC} else moment.tzinfo
    locale = locale_of(request)
    words = format_datetime(moment.astimezone(zone), pattern("weekday", locale), locale=locale, tzinfo=zone)
    return f"{words} ({zone_in_words(getattr(zone, 'key', 'UTC'), moment, locale)})"


def zone_in_words(name: str, moment: datetime, locale: str) -> str:
    """Write a time zone as people say it, e.g. `Алматы, UTC+5`, `Lord Howe, UTC+10:30`."""
    zone = pinned().zone(name)
    city = get_timezone_location(zone, locale=Locale(locale), return_city=True)
    minutes = round((moment.astimezone(zone).utcoffset() or timedelta(0)).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"{city}, UTC{'−' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}"


@pass_context
def zone_name(context: Context, name: str, moment: datetime) -> str:
    """Write a time zone as it is at a moment, as a filter of its IANA name; for example `Almaty, UTC+5`."""
    return zone_in_words(name, moment, context["locale"])


@pass_context
def when(context: Context, moment: datetime, style: str = "datetime", zone_key: str | None = None) -> str:
    """Write a time for people in one of the styles of `PATTERNS`, in the centre's time zone or the one that is named.

    For example `{{ session.started_at | when("time") }}`, `{{ start | when("weekday", slot.promise.zone) }}`.
    """
    zone, locale = context["settings"].time_zone if zone_key is None else pinned().zone(zone_key), context["locale"]
    local = moment.astimezone(zone)
    match style:
        case "date" | "day":
            return format_date(local, pattern(style, locale), locale=locale)
        case "time" | "clock":
            return format_time(local, pattern(style, locale), locale=locale, tzinfo=zone)
        case "zoned":
            words = format_datetime(local, pattern(style, locale), locale=locale, tzinfo=zone)
            return f"{words} ({zone_in_words(zone.key, moment, locale)})"
        case _:
            return format_datetime(local, pattern(style, locale), locale=locale, tzinfo=zone)


def pattern(style: str, locale: Locale) -> str:
    """Return how one of the styles of `PATTERNS` is written in a language, in the letters of CLDR."""
    return PATTERNS[style].format(date=DATES[locale].format(year="y", month="MMMM", day="d"))


@pass_context
def written_date(context: Context, day: str) -> str:
    """Write a date of ISO 8601 for people, as a filter, e.g. `2026-11-27` in a certificate."""
    locale = context["locale"]
    return format_date(date.fromisoformat(day), pattern("date", locale), locale=locale)


@pass_context
def calendar(context: Context) -> dict[str, list[str] | str]:
    """Return the words of a date for a script, e.g. `{"days": ["Sunday", …], "months": ["January", …], "date": "{day} …"}`.

    Browsers know those of Kazakh by halves: Chromium writes `M12 11, Fri`.
    """
    locale = context["locale"]
    days, months = get_day_names("wide", "format", locale), get_month_names("wide", "format", locale)
    return {"days": [days[6], *(days[day] for day in range(6))], "months": [*months.values()], "date": DATES[locale]}


@pass_context
def last_day(context: Context, too_late: datetime) -> str:
    """Write the last whole day before the first moment that is too late, which is a midnight of the centre's zone."""
    return when(context, too_late - timedelta(seconds=1), "date")


@pass_context
def number(context: Context, value: float | Decimal, places: int = 2) -> str:
    """Write a number for people: at most `places` decimals, no trailing zeros, e.g. `1 234,5` in Russian."""
    return format_decimal(value, "#,##0." + "#" * places if places else "#,##0", locale=context["locale"])


@pass_context
def task_name(context: Context, names: Mapping[str, str]) -> str:
    """Choose from names by language, e.g. `{"kk": …, "en": …}`: the visitor's, else English, else any."""
    return names.get(context["locale"]) or names.get("en") or next(iter(names.values()), "")


@pass_context
def duration(context: Context, span: timedelta | float) -> str:
    """Write a span of time, or a number of seconds, in whole minutes: `1 h 5 min`."""
    minutes = int(span.total_seconds() if isinstance(span, timedelta) else span) // 60
    gettext = translations(context["locale"]).gettext
    hours, rest = divmod(minutes, 60)
    parts = [gettext("%(hours)s h") % {"hours": hours}] if hours else []
    if rest or not hours:
        parts.append(gettext("%(minutes)s min") % {"minutes": rest})
    return " ".join(parts)


@pass_context
def exact(context: Context, seconds: int) -> str:
    """Write a number of seconds to the second: `1 h 5 min 3 s`, `−10 min`."""
    gettext = translations(context["locale"]).gettext
    minutes, rest = divmod(abs(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [gettext("%(hours)s h") % {"hours": hours}] if hours else []
    parts += [gettext("%(minutes)s min") % {"minutes": minutes}] if minutes else []
    if rest or not parts:
        parts.append(gettext("%(seconds)s s") % {"seconds": rest})
    return ("\u2212" if seconds < 0 else "") + "\u00a0".join(parts)
