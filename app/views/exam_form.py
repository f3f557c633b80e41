"""The exam page of a session: as the server answers with it, and as the content of its sealed form.

Both are the same HTML. The form holds it as if the clock began at the moment of sealing; the page that opens the form puts the
true clock into it, from the answer to the start:

    {"html": "<!doctype html>…"}
"""

import functools
import hashlib
from dataclasses import replace
from datetime import datetime

import msgspec
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from app.database import Connection
from app.locales import Locale, locale_of
from app.pages import STATIC, TEMPLATES, render
from app.statements import render_statement
from app.views.arranged import arranged_for
from app.views.exam_state import SessionState, embedded, known_toolchains, opening_state
from exams.papers import store as papers
from exams.papers.blueprint import Scheme
from exams.papers.paper import Item
from exams.sessions.accommodation import Arranged
from exams.sessions.sealed_form import seal_form
from exams.sessions.sealed_form import store as forms
from exams.sessions.sealed_form.store import FormFacts
from exams.sessions.session import Session

LOCALES = TEMPLATES.parent / "locale"


class FormContent(msgspec.Struct, frozen=True):
    """What a form holds."""

    html: str


def exam_page(
    request: Request,
    session: Session,
    scheme: Scheme | None,
    items: tuple[Item, ...],
    state: SessionState,
    *,
    arranged: Arranged,
    break_left: int,
) -> HTMLResponse:
    """The exam page, with every statement in it."""
    return render(
        request,
        "candidate/session.html",
        session=session,
        scheme=scheme,
        items=items,
        statements={item.position: _statements(item) for item in items},
        state=embedded(state),
        arranged=arranged,
        break_left=break_left,
        here=f"/sessions/{session.session_id}",
    )


async def sealed_form(db: Connection, request: Request, session: Session, now: datetime) -> FormFacts:
    """The session's form as it is to be told before the start: the one that is kept, or sealed anew if that is out of date.

    It is out of date in another language, after another consent, and when Sarap's own pages have changed. The caller holds the
    session's lock, and its clock has not begun.
    """
    arranged = await arranged_for(db, session, now)
    made_of = (
        f"{locale_of(request)} {'camera' if session.camera_consent else 'no-camera'} {page_version()}"
        f" {'larger' if arranged.larger_text else 'usual'} {arranged.break_seconds}"
    )
    kept = await forms.form_of(db, session)
    if kept is not None and kept.made_of == made_of:
        return kept
    items = await papers.items_of(db, session.paper_id)
    scheme = await papers.scheme_of(db, session.scheme_id)
    begun = replace(session, started_at=now)
    page = exam_page(
        request,
        begun,
        scheme,
        items,
        opening_state(begun, items, await known_toolchains(db, now), now),
        arranged=arranged,
        break_left=arranged.break_seconds,
    )
    content = msgspec.json.encode(FormContent(bytes(page.body).decode()))
    form = seal_form(session.session_id, content, made_of, now)
    await forms.put_form(db, session, form)
    return FormFacts(made_of, form.sha256, bytes.fromhex(form.ciphertext_sha256))


@functools.cache
def page_version() -> str:
    """A word for everything that the exam page is made of beside its paper: templates, texts, styles and scripts."""
    digest = hashlib.sha256()
    for folder in (TEMPLATES, LOCALES, STATIC):
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _statements(item: Item) -> dict[str, Markup]:
    """The statement in each of its languages: those of the interface first, in their order."""
    texts = item.task.statements
    codes = [*(code for code in Locale if code in texts), *(code for code in texts if code not in set(Locale))]
    return {str(code): render_statement(texts[code], code) for code in codes}
