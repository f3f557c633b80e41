"""The pages of time: in three languages, light and dark, on the narrowest phone and on a desk.

`PICTURES=folder` keeps pictures.
"""

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.async_api import Browser, Error, expect

from app.auth.account import Role
from app.database import transaction
from tests.browser.test_exam_page import LIVE_TIMEOUT_MS, SAVE_TIMEOUT_MS, drafts, open_page, write
from tests.fixtures.browser import serious_findings, tab
from tests.fixtures.candidates import start_exam
from tests.fixtures.sittings import Clients, Sitting, insert_sitting, sign_in_people
from tests.fixtures.web import Person, Site

pytestmark = pytest.mark.browser

PICTURES: Final = os.environ.get("PICTURES")
LOOKS: Final = (("en", 1440, False), ("ru", 320, True), ("kk", 390, False))


@dataclass
class Room:
    """Three people sit: one whose clock runs, one who was forgotten in a pause, one on a break."""

    clients: Clients
    running: Sitting
    on_break: Sitting
    on_break_candidate: Person


async def arranged(site: Site) -> Room:
    clients = await sign_in_people(site)
    now = datetime.now(UTC)
    sittings: list[Sitting] = []
    people: list[Person] = [clients.candidate]
    async with transaction(site.database.admin) as db:
        sittings.append(await insert_sitting(db, clients.people, started_at=now - timedelta(minutes=20), camera=False))
    for name in ("Nurlan Abenov", "Anastasia Konstantinopolskaya"):
        person = await site.person(Role.CANDIDATE, display_name=name)
        people.append(person)
        async with transaction(site.database.admin) as db:
            sitting = await insert_sitting(db, clients.people, started_at=now - timedelta(minutes=40), camera=False)
            await db.execute(
                "UPDATE session SET candidate_id = $2 WHERE session_id = $1", sitting.session.session_id, person.account_id
            )
        sittings.append(sitting)
    running, forgotten, resting = sittings
    for person in (people[0], people[2]):
        form = {
            "login": person.login,
            "valid_until": f"{now + timedelta(days=300):%Y-%m-%d}",
            "extra_percent": "25",
            "break_minutes": "20",
            "ignored": ["reads_aloud", "stands_up", "screen_reader"],
        } | ({"larger_text": "true"} if person is people[2] else {})
        assert (await clients.registrar.post("/accommodations", data=form)).status_code == 303
    credit = {"minutes": "7", "reason": "The projector fell down and everybody looked at it"}
    await clients.proctor.post(f"/time/sessions/{running.session.session_id}/credit", data=credit)
    await clients.proctor.post(
        f"/time/sessions/{forgotten.session.session_id}/pause", data={"reason": "Fire alarm on the second floor"}
    )
    assert (await people[2].post(f"/sessions/{resting.session.session_id}/break")).status_code == 303
    async with transaction(site.database.admin) as db:
        for table in ("session_pause SET began_at", "session SET paused_since"):
            await db.execute(
                f"UPDATE {table} = $2 WHERE session_id = $1",
                forgotten.session.session_id,
                now - timedelta(minutes=25),
            )
    return Room(clients, running, resting, people[2])


async def test_the_pages_of_time_are_fit_to_be_seen(browser: Browser, site: Site) -> None:
    room = await arranged(site)
    running = f"/sessions/{room.running.session.session_id}"
    resting = f"/sessions/{room.on_break.session.session_id}"
    complaints: list[str] = []

    def complain(error: Error) -> None:
        complaints.append(f"error: {error}")

    for person, places in (
        (room.clients.proctor, {"time": "/time", "session": f"/time{running}", "board": "/board"}),
        (room.clients.registrar, {"accommodations": "/accommodations"}),
        (room.clients.candidate, {"own-time": f"{running}/time", "exams": "/exams"}),
        (room.on_break_candidate, {"break": resting, "break-time": f"{resting}/time"}),
    ):
        for locale, width, dark in LOOKS:
            await person.post("/language", data={"locale": locale, "next": "/"})
            context = await browser.new_context(
                base_url=site.url,
                viewport={"width": width, "height": 900},
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            await context.add_cookies([site.cookie(person)])  # pyright: ignore[reportArgumentType]  # the names are Playwright's
            page = await context.new_page()
            page.on("pageerror", complain)
            for name, path in places.items():
                await page.goto(path)
                await expect(page.locator("h1")).to_be_visible()
                look = f"{name}-{locale}-{width}"
                if await page.evaluate("document.documentElement.scrollWidth") > width:
                    complaints.append(f"{look}: the page scrolls sideways")
                complaints += [f"{look}: {finding}" for finding in await serious_findings(page)]
                if PICTURES:
                    await page.screenshot(path=Path(PICTURES) / f"time-{look}.png", full_page=True)
            await context.close()
    assert complaints == []


async def test_a_page_of_a_stopped_clock_goes_on_by_itself(browser: Browser, site: Site) -> None:
    room = await arranged(site)
    session = f"/sessions/{room.on_break.session.session_id}"
    context = await browser.new_context(base_url=site.url)
    await context.add_cookies([site.cookie(room.on_break_candidate)])  # pyright: ignore[reportArgumentType]
    page = await context.new_page()
    await page.goto(session)
    await expect(page.get_by_role("heading", name="Your break")).to_be_visible()
    assert (await room.on_break_candidate.post(f"{session}/resume")).status_code == 303
    await expect(page.locator("#exam")).to_be_attached(timeout=30_000)
    await context.close()


async def test_a_proctors_pause_and_credit_show_on_the_candidates_open_page(browser: Browser, site: Site) -> None:
    sitting = await start_exam(site)
    proctor = await site.person(Role.PROCTOR)
    desk_path = f"/time/sessions/{sitting.session_id}"
    async with tab(browser, site, sitting.candidate) as exam, tab(browser, site, proctor) as desk:
        await open_page(exam, sitting)
        await write(exam, "print('before the alarm')")
        await expect(exam.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)

        # The clock is stopped: the page makes room for one that says so, why, and that nothing is lost.
        await desk.goto(desk_path)
        await desk.get_by_label("Reason").first.fill("Fire alarm on the second floor")
        await desk.get_by_role("button", name="Stop the clock").click()
        await expect(desk.get_by_role("button", name="Let the clock go on")).to_be_visible()
        await expect(exam.get_by_role("heading", name="The clock is stopped")).to_be_visible(timeout=LIVE_TIMEOUT_MS)
        await expect(exam.locator("main")).to_contain_text("Fire alarm on the second floor")
        await expect(exam.get_by_role("status").first).to_contain_text("You lose no time")
        await expect(exam.locator("#exam")).not_to_be_attached()
        stopped = await sitting.get()
        assert (stopped["paused"], stopped["deadline"]) == (True, None)
        assert (await sitting.get())["remaining_seconds"] == stopped["remaining_seconds"]

        # It goes on: the exam is there again by itself, with the text, and the time of the pause is given back.
        await desk.get_by_role("button", name="Let the clock go on").click()
        await expect(desk.get_by_role("button", name="Stop the clock")).to_be_visible()
        await expect(exam.locator(".cm-content:visible")).to_have_text("print('before the alarm')", timeout=LIVE_TIMEOUT_MS)
        going = await sitting.get()
        assert going["paused"] is False
        assert going["remaining_seconds"] <= stopped["remaining_seconds"]
        assert datetime.fromisoformat(going["deadline"]) > datetime.fromisoformat(stopped["now"])

        # Seven minutes more: the page says it, and its clock has them.
        await expect(exam.locator("#clock")).to_have_text(re.compile(r"^(1:00:|5\d:)"))
        await desk.get_by_label("Minutes").fill("7")
        await desk.get_by_label("Reason").last.fill("The projector fell down")
        await desk.get_by_role("button", name="Give time").click()
        await expect(desk.get_by_role("row").filter(has_text="The projector fell down")).to_be_visible()
        await expect(exam.locator("#credited")).to_contain_text("was added to your time", timeout=LIVE_TIMEOUT_MS)
        await expect(exam.locator("#clock")).to_have_text(re.compile(r"^1:0\d:"))
        assert (await sitting.get())["remaining_seconds"] > going["remaining_seconds"]
        await write(exam, "print('after it')")
        await expect(exam.locator("#save-count")).to_have_text("", timeout=SAVE_TIMEOUT_MS)
        assert await drafts(sitting) == {"python3": "print('after it')"}
