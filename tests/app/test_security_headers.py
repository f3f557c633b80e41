"""What every answer tells the browser."""

import re
from pathlib import Path

import pytest

from app.pages import STATIC, TEMPLATES
from app.security_headers import policy
from tests.fixtures.postgres import Database
from tests.fixtures.web import Site, running_site


@pytest.mark.parametrize("path", ["/", "/nowhere", "/static/sarap.css", "/healthz"])
async def test_every_answer_carries_them(module_site: Site, path: str) -> None:
    headers = (await (await module_site.visitor()).get(path)).headers
    assert headers["content-security-policy"] == policy()
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=(self)" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers, "this site is served over plain HTTP"
    assert headers["x-request-id"]
    assert "server" not in headers or "uvicorn" in headers["server"]


def test_the_policy_refuses_everything_inline() -> None:
    assert "unsafe" not in policy()
    assert policy().startswith("default-src 'none'")
    assert policy("abc").count("'nonce-abc'") == 1


async def test_https_is_remembered_and_its_cookie_is_strict(database: Database, tmp_path: Path) -> None:
    environment = {"SARAP_PUBLIC_URL": "https://exams.example.kz", "SARAP_DEMO": "0"}
    async with running_site(database, tmp_path, **environment) as site:
        visitor = await site.visitor()
        assert "max-age=63072000" in (await visitor.get("/")).headers["strict-transport-security"]
        cookie = (await visitor.post("/theme", data={"theme": "dark"})).headers["set-cookie"]
        assert "Secure" in cookie
        assert "__Host-sarap=" in (await visitor.post("/sign-out")).headers["set-cookie"]


async def test_pages_are_not_kept_and_fingerprinted_files_are(module_site: Site) -> None:
    visitor = await module_site.visitor()
    page = await visitor.get("/")
    assert page.headers["cache-control"] == "no-store"
    sheet = re.search(r'href="(/static/sarap\.css\?v=[0-9a-f]+)"', page.text)
    assert sheet
    assert "immutable" in (await visitor.get(sheet.group(1))).headers["cache-control"]
    assert (await visitor.get("/static/sarap.css")).headers["cache-control"] == "public, no-cache"
    assert (await visitor.get("/static/../settings.py")).status_code == 404
    assert (await visitor.get("/static/%2e%2e/settings.py")).status_code == 404


@pytest.mark.parametrize("template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_has_nothing_inline(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text), "a style attribute is refused by the policy"
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text), "an event attribute is refused by the policy"
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")", text)
    assert not re.search(r"(?:src|href)=[\"']https?:", text), (
        "nothing is loaded from, and no page leads blindly to, another host"
    )


def test_the_two_dark_sets_of_colours_are_equal() -> None:
    sheet = (STATIC / "sarap.css").read_text("utf-8")
    wished = re.search(r":root:not\(\[data-theme\]\) \{(.*?)\}", sheet, re.DOTALL)
    chosen = re.search(r':root\[data-theme="dark"\] \{(.*?)\}', sheet, re.DOTALL)
    assert wished
    assert chosen
    assert wished.group(1).split() == chosen.group(1).split()


def test_the_style_sheet_names_colours_only_as_tokens() -> None:
    sheet = (STATIC / "sarap.css").read_text("utf-8")
    rules = sheet.split("/* 2 Ground", 1)[1].split("@media print", 1)[0]
    assert re.findall(r"#[0-9a-fA-F]{3,8}\b", rules) == []
    assert "http" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).replace('a[href^="http"]', "")
