"""Pages: Jinja templates, in the visitor's language, and where to go next.

Every template gets `request`, `account` (or `None`), `locale`, `settings`, `here` (this address, for the switches of the head),
and the functions `_`, `script`, `static`, `csp_nonce`. Filters: `when`, `number`, `task_name`, `duration`.
"""

import functools
import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from babel.dates import format_date, format_datetime, format_time
from babel.numbers import format_decimal
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from app.locales import NAMES, Locale, locale_of, translations
from app.navigation import links_for

TEMPLATES: Final = Path(__file__).parent / "templates"
STATIC: Final = Path(__file__).parent / "static"

THEMES: Final = ("system", "light", "dark")
THEME_COOKIE: Final = "theme"

PATTERNS: Final = {
    "datetime": "d MMMM y, HH:mm",
    "short": "dd.MM.y HH:mm",
    "date": "d MMMM y",
    "time": "HH:mm",
    "clock": "HH:mm:ss",
}
"""How `when` writes a time. Always 24 hours, as in Kazakhstan; the day before the month, so that it is never misread."""


def render(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Answer with a page."""
    locale = locale_of(request)
    theme = request.cookies.get(THEME_COOKIE, "")
    context: dict[str, object] = {
        "request": request,
        "account": request.state.account,
        "locale": locale,
        "locale_names": NAMES,
        "settings": request.state.settings,
        "theme": theme if theme in THEMES else THEMES[0],
        "themes": THEMES,
        "links": links_for(request.state.account),
        "here": address(request),
        **values,
    }
    return HTMLResponse(environment(locale).get_template(template).render(context), status_code=status)


def redirect(path: str) -> RedirectResponse:
    """Send the browser on with a GET (303), as after every form that changed something."""
    return RedirectResponse(path, status_code=303)


def wants_json(request: Request) -> bool:
    """Say whether the answer goes to a program: an address under `/api/`, a script of ours, or a caller who asks for JSON."""
    accept = request.headers.get("accept", "")
    asks_json = "json" in accept and "text/html" not in accept
    return request.url.path.startswith("/api/") or asks_json or request.headers.get("sec-fetch-dest") == "empty"


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
    names: dict[str, Any] = {"static": static_url, "script": script, "csp_nonce": csp_nonce}
    filters: dict[str, Any] = {"when": when, "number": number, "task_name": task_name, "duration": duration}
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


@pass_context
def csp_nonce(context: Context) -> str:
    """Return the nonce with which this page's editor may add its style sheet. Calling it puts it into the page's policy."""
    state = context["request"].state
    if not hasattr(state, "csp_nonce"):
        state.csp_nonce = secrets.token_urlsafe(16)
    return state.csp_nonce


@pass_context
def when(context: Context, moment: datetime, style: str = "datetime") -> str:
    """Write a time for people in the centre's time zone, in one of the styles of `PATTERNS`.

    For example `{{ session.started_at | when("time") }}`.
    """
    zone, locale = context["settings"].time_zone, context["locale"]
    local = moment.astimezone(zone)
    match style:
        case "date":
            return format_date(local, PATTERNS[style], locale=locale)
        case "time" | "clock":
            return format_time(local, PATTERNS[style], locale=locale, tzinfo=zone)
        case _:
            return format_datetime(local, PATTERNS[style], locale=locale, tzinfo=zone)


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
