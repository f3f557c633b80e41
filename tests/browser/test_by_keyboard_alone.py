"""A whole exam without a mouse, from the sign-in to the appeal; nothing holds the keyboard, and the time is said in words.

Complaint 20 of the peers' users: flags that hit disabled people, and editors that trap the keyboard.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from app.auth.account import Role
from app.auth.passwords import hash_password
from app.jobs import grade_session
from app.live import notify
from app.workers.registry import RegistryResources
from exams.ids import SubmissionId
from exams.proctoring.observation import ObservationKind
from tests.fixtures.browser import tab
from tests.fixtures.candidates import start_exam
from tests.fixtures.examroom import arrange, insert_judgement
from tests.fixtures.web import Site

pytestmark = pytest.mark.browser

PASSWORD: Final = "eagle-steppe-river"

PRESSES_MAX: Final = 120
"""More than any page has places; somebody who has not arrived by then never will."""

PATIENCE_MS: Final = 30_000

ROOT: Final = Path(__file__).parents[2]


async def tab_to(page: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Press Tab until this has the focus, and see that the focus is seen."""
    await expect(wanted).to_be_visible(timeout=PATIENCE_MS)
    for _ in range(PRESSES_MAX):
        if await wanted.evaluate("one => one === document.activeElement || one.contains(document.activeElement)"):
            assert await focus_is_seen(page), await wanted.evaluate("one => one.outerHTML.slice(0, 200)")
            return
        await page.keyboard.press(key)
    at = await page.evaluate("document.activeElement?.outerHTML.slice(0, 200)")
    pytest.fail(f"{wanted} is not reached by {key}; the focus is at {at}")


async def focus_is_seen(page: Page) -> bool:
    """Whether the focused element, or the label or box around it, is outlined or otherwise marked."""
    return await page.evaluate(
        """() => {
          for (let one = document.activeElement, up = 0; one !== null && up < 4; one = one.parentElement, up++) {
            const style = getComputedStyle(one);
            if (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) return true;
            if (style.boxShadow !== 'none') return true;
          }
          return document.activeElement?.matches('textarea, .cm-content') ?? false;
        }"""
    )


async def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    """Go there by Tab and press a key."""
    await tab_to(page, wanted)
    await page.keyboard.press(key)


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("button", name=name)


async def test_a_whole_exam_from_the_sign_in_to_the_appeal(site: Site, browser: Browser) -> None:
    room = await arrange(site.database.admin)
    candidate = await site.person(Role.CANDIDATE, password_hash=hash_password(PASSWORD))
    async with tab(browser, site) as page:
        await page.goto("/sign-in")
        await tab_to(page, page.locator("#login"))
        await page.keyboard.type(candidate.login)
        await tab_to(page, page.locator("#password"))
        await page.keyboard.type(PASSWORD)
        await page.keyboard.press("Enter")

        await expect(page.get_by_role("heading", name="My exams")).to_be_visible(timeout=PATIENCE_MS)
        await press(page, button(page, "Open the exam"))
        await press(page, page.locator("[name=accept]"), "Space")
        await press(page, button(page, "Agree and go on"))
        await press(page, button(page, "Start"))

        editor = page.locator(".cm-content:visible")
        await tab_to(page, editor)
        await page.keyboard.type("print(3)")
        await page.keyboard.press("Escape")
        await press(page, page.get_by_role("button", name="Hand in", exact=True))
        entry = page.locator("[data-submission]")
        await expect(entry).to_contain_text("being judged", timeout=PATIENCE_MS)
        submission_id = UUID(await entry.get_attribute("data-submission"))
        session_id = await judge(site, submission_id)
        await expect(entry).to_contain_text("Accepted", timeout=PATIENCE_MS)

        # The tasks are tabs: one stop, and arrows between them.
        await tab_to(page, page.locator(".exam-tabs [role=tab][aria-selected=true]"), key="Shift+Tab")
        await page.keyboard.press("ArrowRight")
        await expect(page.locator("#item-2")).to_be_visible()

        await press(page, page.locator("#finish"))
        await expect(button(page, "Finish for good")).to_be_visible(timeout=PATIENCE_MS)
        await press(page, button(page, "Finish for good"))
        await expect(page.get_by_role("heading", name="Your exam is over")).to_be_visible(timeout=PATIENCE_MS)

        resources = RegistryResources(site.database.registry, site.settings, lambda: datetime.now(UTC))
        await grade_session.run(resources, session_id)
        await page.reload()
        await press(page, page.get_by_role("link", name="Score report"))
        await expect(page.get_by_role("img", name="30 of 100 points")).to_be_visible(timeout=PATIENCE_MS)

        registrar = await site.person(Role.REGISTRAR)
        form = {"outcome": "decline", "reason": "Below the cut score."}
        assert (await registrar.post(f"/results/{session_id}/decision", data=form)).status_code == 303
        await page.reload()
        await press(page, page.get_by_role("link", name="Appeal"))
        await expect(button(page, "Send the appeal")).to_be_visible(timeout=PATIENCE_MS)
        await press(page, page.locator("[name=kind]").first, "ArrowDown")
        await tab_to(page, page.locator("#reason"))
        await page.keyboard.type("The second task says nothing of an empty line.")
        await press(page, button(page, "Send the appeal"))
        await expect(page.get_by_role("heading", name="A judgement is wrong")).to_be_visible(timeout=PATIENCE_MS)
    assert await site.database.admin.fetchval("SELECT kind FROM appeal") == "judgement"
    assert room.scheme.rules.appeal_days > 0


async def judge(site: Site, submission_id: UUID) -> UUID:
    """The judging worker accepts it; returns whose session it was."""
    async with site.database.judging.acquire() as db:
        await insert_judgement(db, SubmissionId(submission_id))
        session_id = await db.fetchval("SELECT session_id FROM submission WHERE submission_id = $1", submission_id)
        await notify(db, f"session:{session_id}")
    return session_id


async def test_complaint_20_the_editor_never_holds_the_keyboard(site: Site, browser: Browser) -> None:
    """Tab leaves the editor until typing starts, Esc always leads out, and round the page the focus comes back."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate) as page:
        await page.goto(f"/sessions/{sitting.session_id}")
        editor = page.locator(".cm-content:visible")
        await tab_to(page, editor)
        for key in ("Tab", "Shift+Tab"):
            await page.keyboard.press(key)
            await expect(editor).not_to_be_focused()
            await tab_to(page, editor, key="Shift+Tab" if key == "Tab" else "Tab")
        await page.keyboard.type("if True:")
        await page.keyboard.press("Enter")
        await page.keyboard.press("Tab")
        await expect(editor).to_be_focused()  # it indents now
        await page.keyboard.press("Escape")
        await expect(editor).not_to_be_focused()
        await tab_to(page, editor, key="Shift+Tab")
        await page.keyboard.press("Shift+Tab")  # nothing was typed since it got the focus
        await expect(editor).not_to_be_focused()
        stops = await stops_of_a_round(page)
        assert len(stops) > 5
        assert len(set(stops)) == len(stops), "the focus goes in a circle within the page"


async def stops_of_a_round(page: Page) -> list[str]:
    """Where Tab stops from the head of the page to its end, each with its place in the document."""
    await page.keyboard.press("Escape")
    await page.evaluate("document.activeElement?.blur(); document.body.tabIndex = -1; document.body.focus()")
    stops: list[str] = []
    for _ in range(PRESSES_MAX):
        await page.keyboard.press("Tab")
        at = await page.evaluate(
            """() => {
              const one = document.activeElement;
              if (one === null || one === document.body || one === document.documentElement) return '';
              return `${[...document.querySelectorAll('*')].indexOf(one)} ${one.outerHTML.slice(0, 60)}`;
            }"""
        )
        if not at or (stops and at == stops[0]):
            return stops
        stops.append(at)
    pytest.fail(f"Tab never comes round: {stops[-5:]}")


async def test_complaint_20_nothing_looks_at_a_face_or_a_gaze(site: Site) -> None:
    """What a page can report is closed: no kind of it is drawn from a person's face, eyes, voice or manner of moving."""
    allowed = await site.database.admin.fetchval(
        """SELECT string_agg(pg_get_constraintdef(oid), ' ') FROM pg_constraint
           WHERE conrelid = 'observation'::regclass AND contype = 'c'"""
    )
    senses = ("gaze", "face", "eye", "voice", "emotion", "posture", "head")
    kinds = [str(kind) for kind in ObservationKind]
    assert all(kind in allowed for kind in kinds)
    assert [word for word in senses if word in allowed or any(word in kind for kind in kinds)] == []
    scripts = [path.read_text("utf-8") for path in (ROOT / "app/frontend").glob("e*/**/*.ts")]
    assert len(scripts) > 5
    means = ("FaceDetector", "faceapi", "face-api", "mediapipe", "tensorflow", "blazeface", "gaze", "AudioContext")
    assert [word for word in means for text in scripts if word in text] == []


async def test_the_time_left_is_said_at_half_fifteen_five_and_one_minute(site: Site, browser: Browser) -> None:
    """Once each, politely, by the page's own clock: also while the server cannot be reached."""
    sitting = await start_exam(site)
    async with tab(browser, site, sitting.candidate, expected=("ERR_FAILED",)) as page:
        await page.clock.install()
        await page.goto(f"/sessions/{sitting.session_id}")
        await expect(page.locator(".cm-content").first).to_be_visible(timeout=PATIENCE_MS)
        await expect(page.locator("#clock")).to_contain_text("59:", timeout=PATIENCE_MS)
        announcements = page.locator("#announcements")
        assert await announcements.get_attribute("aria-live") == "polite"
        await page.route("**/api/**", lambda route: route.abort())
        await page.route("**/events", lambda route: route.abort())
        at = await page.evaluate("document.activeElement?.outerHTML.slice(0, 60)")
        await page.evaluate(
            """() => {
              window.heard = [];
              const region = document.querySelector('#announcements');
              new MutationObserver(() => region.textContent && window.heard.push(region.textContent))
                .observe(region, {childList: true, characterData: true, subtree: true});
            }"""
        )
        for minutes, words in (
            ("30:05", "Half of your time is left."),
            ("15:00", "15 minutes left."),
            ("10:00", "5 minutes left."),
            ("04:00", "One minute left. Your text is saved by itself."),
        ):
            await page.clock.fast_forward(minutes)
            await expect(announcements).to_have_text(words, timeout=PATIENCE_MS)
        heard: list[str] = await page.evaluate("window.heard")
        times = [one for one in heard if "left" in one]
        assert len(times) == len(set(times)) == 4, heard
        assert await page.evaluate("document.activeElement?.outerHTML.slice(0, 60)") == at  # a warning never takes the focus
