"""The skeleton stands: pages answer, in three languages and two colours."""

from uuid import uuid4

import pytest

from app.auth.account import Role
from app.database import transaction
from app.jobs.queue import Job, enqueue
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


@pytest.mark.parametrize(("locale", "word"), [("kk", 'lang="kk"'), ("ru", 'lang="ru"'), ("en", 'lang="en"')])
async def test_the_language_switch_is_remembered(module_site: Site, locale: str, word: str) -> None:
    visitor = await module_site.visitor()
    answer = await visitor.post("/language", data={"locale": locale, "next": "/sign-in"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert f"<html {word}" in (await visitor.get("/")).text
    person = await module_site.person(Role.CANDIDATE)
    await person.post("/language", data={"locale": locale})
    assert f"<html {word}" in (await person.get("/")).text
