"""The skeleton stands: pages answer, in three languages and two colours."""

import re
from uuid import uuid4

import pytest

from app.auth.account import Role
from app.database import transaction
from app.jobs.queue import Job, enqueue
from app.pages import STATIC, STATIC_IMPORT, preloads
from tests.fixtures.candidates import start_exam
from tests.fixtures.web import Site


async def test_the_home_page_opens_for_everybody(module_site: Site) -> None:
    visitor = await module_site.visitor()
    page = await visitor.get("/")
    assert page.status_code == 200
    assert "Sarap" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_health_readiness_and_metrics_answer(module_site: Site) -> None:
    visitor = await module_site.visitor()
    assert (await visitor.get("/healthz")).text == "ok\n"
    ready = await visitor.get("/readyz")
    assert ready.json() == {"ready": True, "checks": {"database": True, "migrations": True, "live": True}}
    async with transaction(module_site.database.web) as db:
        await enqueue(db, Job.JUDGE_SUBMISSION, uuid4())
    await visitor.request("PROPFIND", f"/nowhere/{uuid4()}")
    metrics = await visitor.get("/metrics")
    assert 'sarap_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in metrics.text
    assert 'sarap_queue_jobs{job="judge_submission",status="queued"} 1.0' in metrics.text
    assert 'sarap_http_requests_total{method="other",route="-",status="404"} 1.0' in metrics.text
    assert "nowhere" not in metrics.text
    assert 'sarap_queue_oldest_seconds{job="judge_submission"}' in metrics.text
    assert 'sarap_judging_workers{condition="working"} 0.0' in metrics.text
    assert 'sarap_judging_workers{condition="silent"} 0.0' in metrics.text


@pytest.mark.parametrize(("locale", "word"), [("kk", 'lang="kk"'), ("ru", 'lang="ru"'), ("en", 'lang="en"')])
async def test_the_language_switch_is_remembered(module_site: Site, locale: str, word: str) -> None:
    visitor = await module_site.visitor()
    answer = await visitor.post("/language", data={"locale": locale, "next": "/sign-in"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert f"<html {word}" in (await visitor.get("/")).text
    person = await module_site.person(Role.CANDIDATE)
    await person.post("/language", data={"locale": locale})
    assert f"<html {word}" in (await person.get("/")).text


async def test_a_problem_is_told_in_the_visitors_language_alone(module_site: Site) -> None:
    visitor = await module_site.visitor(**{"accept-language": "kk"})
    page = (await visitor.get("/nowhere")).text
    assert "Мұндай бет жоқ" in page
    assert "Not Found" not in page


async def test_the_pages_of_a_sitting_stand_behind_the_door_of_the_exams(site: Site) -> None:
    sitting = await start_exam(site)
    page = (await sitting.candidate.get(f"/sessions/{sitting.session_id}/time")).text
    assert '<a href="/exams" aria-current="true">' in page


def test_every_part_of_a_script_is_named_in_the_head_so_that_none_waits_for_another() -> None:
    tags = preloads("exam")
    named = re.findall(r'<link rel="modulepreload" href="/static/(build/[a-zA-Z0-9-]+\.js)', tags)
    assert named[0] == "build/exam.js"
    assert len(named) == len(set(named)) > 1
    imported = {f"build/{part}" for name in named for part in STATIC_IMPORT.findall((STATIC / name).read_text("utf-8"))}
    assert imported == set(named[1:])
    for part in named[1:]:  # under the very address by which it is imported: under another it would be fetched twice
        assert f'href="/static/{part}"' in tags


async def test_the_exam_page_is_compressed_for_whoever_takes_that_and_other_pages_are_not(site: Site) -> None:
    sitting = await start_exam(site)
    address = f"/sessions/{sitting.session_id}"
    packed = await sitting.candidate.get(address, headers={"accept-encoding": "gzip"})
    plain = await sitting.candidate.get(address, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in plain.headers
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) / 2
    assert "exam-state" in packed.text
    other = await sitting.candidate.get("/exams", headers={"accept-encoding": "gzip"})
    assert "content-encoding" not in other.headers
