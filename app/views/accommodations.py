"""Accommodations: a registrar grants them to a candidate, for one scheme or all, until a day; and ends them.

Nothing asks why. The candidate sees theirs under My exams and on the page of their session's time.
"""

from datetime import UTC, date, datetime, time, timedelta

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from app import audit, timekeeping
from app.auth.account import account
from app.database import transaction
from app.forms import read_form
from app.pages import redirect, render
from exams.errors import InvalidInput, NotFound
from exams.ids import AccommodationId
from exams.papers import store as papers
from exams.sessions import store
from exams.sessions.accommodation import BREAK_MAX_MINUTES, EXTRA_MAX_MINUTES, EXTRA_MAX_PERCENT, Ignored, grant
from exams.sessions.accommodation import store as accommodations


class GrantForm(msgspec.Struct):
    """What is granted, and to whom. There is no field for a reason, and there must be none."""

    login: str
    valid_until: str
    scheme: str = ""
    extra_percent: int = 0
    extra_minutes: int = 0
    break_minutes: int = 0
    larger_text: bool = False
    ignored: list[str] = []


async def show_accommodations(request: Request) -> Response:
    """Show what is granted to whom, and the form to grant more."""
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        granted = await accommodations.listed_accommodations(db)
        schemes = await papers.schemes(db)
        await audit.record(db, request, "accommodation:list", "accommodations")
    return render(
        request,
        "registrar/accommodations.html",
        granted=granted,
        schemes=schemes,
        scheme_names={scheme.scheme_id: scheme.names for scheme in schemes},
        words=Ignored,
        now=now,
        a_year_on=(now + timedelta(days=365)).date(),
        percent_max=EXTRA_MAX_PERCENT,
        minutes_max=EXTRA_MAX_MINUTES,
        break_max=BREAK_MAX_MINUTES,
    )


async def grant_accommodation(request: Request) -> Response:
    """Grant one. It counts for sessions that are open already, too."""
    form = await read_form(request, GrantForm)
    now = datetime.now(UTC)
    until = _end_of(form.valid_until, request)
    async with transaction(request.state.pool) as db:
        candidate_id = await accommodations.candidate_with_login(db, form.login.strip())
        if candidate_id is None:
            raise InvalidInput("login", "unknown")
        schemes = {str(scheme.scheme_id): scheme.scheme_id for scheme in await papers.schemes(db)}
        if form.scheme and form.scheme not in schemes:
            raise InvalidInput("scheme", "unknown")
        one = grant(
            candidate_id,
            schemes.get(form.scheme),
            account(request).account_id,
            extra_percent=form.extra_percent,
            extra_minutes=form.extra_minutes,
            break_minutes=form.break_minutes,
            larger_text=form.larger_text,
            ignored=form.ignored,
            valid_until=until,
            now=now,
        )
        await accommodations.insert_accommodation(db, one)
        await audit.record(db, request, "accommodation:grant", f"accommodation:{one.accommodation_id}")
        granted = (await accommodations.accommodations_of(db, [candidate_id]))[candidate_id]
        for session in await store.unsealed_to_change(db, candidate_id):
            await timekeeping.accommodate(db, session, granted, now)
    return redirect("/accommodations")


async def revoke_accommodation(request: Request) -> Response:
    """End one for what is opened from now on. A session under way keeps what it has."""
    accommodation_id = AccommodationId(request.path_params["accommodation_id"])
    now = datetime.now(UTC)
    async with transaction(request.state.pool) as db:
        if not await accommodations.revoke_accommodation(db, accommodation_id, account(request).account_id, now):
            raise NotFound
        await audit.record(db, request, "accommodation:revoke", f"accommodation:{accommodation_id}")
    return redirect("/accommodations")


def _end_of(day: str, request: Request) -> datetime:
    """The end of a day (`2027-06-30`) in the centre's zone, whatever that zone's clocks do that night."""
    try:
        following = date.fromisoformat(day) + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidInput("valid_until", "malformed") from None
    return datetime.combine(following, time(), request.state.settings.time_zone).astimezone(UTC)
