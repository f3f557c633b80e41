"""The skeleton stands: pages answer, in three languages and two colours."""

import pytest

from app.auth.account import Role
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
    metrics = await visitor.get("/metrics")
    assert 'sarap_http_requests_total{method="GET",route="/healthz",status="200"} 1.0' in metrics.text


@pytest.mark.parametrize(("locale", "word"), [("kk", 'lang="kk"'), ("ru", 'lang="ru"'), ("en", 'lang="en"')])
async def test_the_language_switch_is_remembered(module_site: Site, locale: str, word: str) -> None:
    visitor = await module_site.visitor()
    answer = await visitor.post("/language", data={"locale": locale, "next": "/sign-in"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert f"<html {word}" in (await visitor.get("/")).text
    person = await module_site.person(Role.CANDIDATE)
    await person.post("/language", data={"locale": locale})
    assert f"<html {word}" in (await person.get("/")).text
