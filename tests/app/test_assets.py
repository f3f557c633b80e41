"""Style sheets and scripts: sent compressed, kept by browsers, never stale."""

from app.pages import STATIC
from tests.fixtures.web import Site

PLAIN = {"accept-encoding": "identity"}
GZIP = {"accept-encoding": "gzip"}


async def test_a_script_is_compressed_only_for_whoever_takes_that(module_site: Site) -> None:
    visitor = await module_site.visitor()
    largest = max((STATIC / "build").glob("*.js"), key=lambda script: script.stat().st_size)
    plain = await visitor.get(f"/static/build/{largest.name}", headers=PLAIN)
    small = await visitor.get(f"/static/build/{largest.name}", headers=GZIP)
    assert "content-encoding" not in plain.headers
    assert small.headers["content-encoding"] == "gzip"
    assert small.content == plain.content == largest.read_bytes()
    assert int(small.headers["content-length"]) < len(plain.content) / 2
    assert plain.headers["vary"] == small.headers["vary"] == "Accept-Encoding"
    assert plain.headers["content-type"] == small.headers["content-type"]


async def test_what_the_browser_still_has_is_not_sent_again(module_site: Site) -> None:
    visitor = await module_site.visitor()
    first = await visitor.get("/static/sarap.css", headers=GZIP)
    again = await visitor.get("/static/sarap.css", headers=GZIP | {"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_part_whose_name_holds_its_content_is_kept_for_ever(module_site: Site) -> None:
    visitor = await module_site.visitor()
    parts = [path.name for path in (STATIC / "build").glob("chunk-*.js")]
    assert parts, "the exam page's languages are loaded when they are needed"
    for name in parts:
        assert "immutable" in (await visitor.get(f"/static/build/{name}")).headers["cache-control"]
    assert (await visitor.get("/static/build/page.js")).headers["cache-control"] == "public, no-cache"
    assert "content-encoding" not in (await visitor.get("/static/mark.svg", headers=GZIP)).headers
