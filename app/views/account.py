"""Signing in and out, and the two switches of the page's head: language and colours."""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit
from app.auth import store, websession
from app.auth.errors import TooManyAttempts, WrongCredentials
from app.auth.passwords import PASSWORD_MAX_CHARS
from app.client_address import client_address, site_of
from app.database import transaction
from app.forms import read_form
from app.locales import LOCALE_COOKIE, Locale
from app.navigation import first_page
from app.pages import THEME_COOKIE, THEMES, local_path, redirect, render, wants_json
from app.problems import respond
from exams.ids import AccountId

PREFERENCE_LIFETIME_S: Final = 365 * 24 * 3600
"""A year: language and colours are no secrets and should stay."""

LOGIN_MAX_CHARS: Final = 100
"""As in the table of accounts."""

PATH_MAX_CHARS: Final = 2_000
"""Longer than any address of ours."""


class SignInForm(msgspec.Struct):
    """What the sign-in page sends. `next` is where somebody wanted to go."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=LOGIN_MAX_CHARS)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=PASSWORD_MAX_CHARS)]
    next: Annotated[str, msgspec.Meta(max_length=PATH_MAX_CHARS)] = ""


class LanguageForm(msgspec.Struct):
    """The language switch."""

    locale: Locale
    next: Annotated[str, msgspec.Meta(max_length=PATH_MAX_CHARS)] = "/"


class ThemeForm(msgspec.Struct):
    """The switch of colours: `system`, `light` or `dark`."""

    theme: str
    next: Annotated[str, msgspec.Meta(max_length=PATH_MAX_CHARS)] = "/"


async def show_sign_in(request: Request) -> Response:
    """The form; who is signed in already goes on."""
    wanted = local_path(request.query_params.get("next", ""), otherwise="")
    if request.state.account is not None:
        return redirect(wanted or first_page(request.state.account))
    login = request.query_params.get("login", "")[:LOGIN_MAX_CHARS]
    return render(request, "account/sign_in.html", next=wanted, login=login, fault=None, minutes=0)


async def sign_in(request: Request) -> Response:
    """Check login and password, begin a new websession, revoke the one that the browser had.

    A language chosen before the sign-in moves into the account, so that the next person at this machine does not inherit it.
    """
    form = await read_form(request, SignInForm)
    login = form.login.strip().lower()
    address = client_address(request)
    count = request.state.metrics.sign_ins.labels
    try:
        await request.state.attempts.count(login, address)
        account_id = await _whose(request, login, form.password, site_of(address))
    except (WrongCredentials, TooManyAttempts) as error:
        count(error.code).inc()
        return _refuse(request, form, error)
    await request.state.attempts.forgive(login, address)
    count("ok").inc()
    now = datetime.now(UTC)
    token, session = websession.begin(account_id, now)
    cookie = websession.cookie_name(request.state.settings.secure_cookies)
    async with transaction(request.state.pool) as db:
        if old := request.cookies.get(cookie):
            await store.revoke_websession(db, websession.digest(old), now)
        await store.insert_websession(db, session)
        if (chosen := request.cookies.get(LOCALE_COOKIE, "")) in set(Locale):
            await store.set_locale(db, account_id, chosen)
        account = await store.account_of(db, account_id)
        await audit.record(db, account, "account:sign-in", f"account:{account.account_id}")
    response = redirect(local_path(form.next, otherwise="") or first_page(account))
    response.set_cookie(
        cookie,
        token,
        max_age=int(websession.ABSOLUTE_LIFETIME.total_seconds()),
        secure=request.state.settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
    response.delete_cookie(LOCALE_COOKIE)
    return response


async def _whose(request: Request, login: str, password: str, caller: str) -> AccountId:
    """Return whose login and password these are. Raises `WrongCredentials`, after as long whether or not the login exists."""
    async with request.state.pool.acquire() as db:
        known = await store.sign_in_of_login(db, login)
    if not await request.state.passwords.matches(known and known.password_hash, password, caller) or known is None:
        raise WrongCredentials
    return known.account_id


def _refuse(request: Request, form: SignInForm, error: WrongCredentials | TooManyAttempts) -> Response:
    """Show the form again with what was typed, except the password."""
    retry_after_s = error.retry_after_s if isinstance(error, TooManyAttempts) else 0
    minutes = -(-retry_after_s // 60)
    if wants_json(request):
        return respond(request, error.code, {"retry_after": retry_after_s, "minutes": minutes} if retry_after_s else {})
    response = render(
        request,
        "account/sign_in.html",
        status=429 if retry_after_s else 401,
        next=local_path(form.next, otherwise=""),
        login=form.login,
        fault=error.code,
        minutes=minutes,
    )
    if retry_after_s:
        response.headers["retry-after"] = str(retry_after_s)
    return response


async def sign_out(request: Request) -> Response:
    """Revoke the websession on the server and forget its cookie."""
    cookie = websession.cookie_name(request.state.settings.secure_cookies)
    token = request.cookies.get(cookie)
    if token and request.state.account is not None:
        async with transaction(request.state.pool) as db:
            await store.revoke_websession(db, websession.digest(token), datetime.now(UTC))
            await audit.record(db, request, "account:sign-out", f"account:{request.state.account.account_id}")
    response = redirect("/")
    response.delete_cookie(cookie, secure=request.state.settings.secure_cookies, httponly=True, samesite="lax")
    return response


async def choose_language(request: Request) -> Response:
    """Keep the language: in the account, or in a cookie for a visitor."""
    form = await read_form(request, LanguageForm)
    response = redirect(local_path(form.next))
    if request.state.account is None:
        _remember(request, response, LOCALE_COOKIE, form.locale)
    else:
        async with transaction(request.state.pool) as db:
            await store.set_locale(db, request.state.account.account_id, form.locale)
    return response


async def choose_theme(request: Request) -> Response:
    """Keep the colours in a cookie, so that the page comes in them at once."""
    form = await read_form(request, ThemeForm)
    response = redirect(local_path(form.next))
    _remember(request, response, THEME_COOKIE, form.theme if form.theme in THEMES else THEMES[0])
    return response


def _remember(request: Request, response: Response, name: str, value: str) -> None:
    secure = request.state.settings.secure_cookies
    response.set_cookie(name, value, max_age=PREFERENCE_LIFETIME_S, secure=secure, httponly=True, samesite="lax")
