"""What an employer meets: the verify page, a certificate's page, its file, and what the centre publishes."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Hashable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from app.pages import PageKey
from app.remembered_pages import MadePage, RememberedPages
from app.views import verifier
from certificates import store
from certificates.bundle import MEDIA_TYPE
from certificates.carriers.carrier import Carrier
from certificates.carriers.jwt import MEDIA_TYPE as TOKEN_TYPE
from certificates.carriers.printed import Print
from certificates.carriers.typesetting import render
from certificates.findings import Authentic
from certificates.issuer import Issuer
from certificates.issuing import Issued, issue
from certificates.keys import Office, open_office
from certificates.log.entry import Kind
from certificates.printing import print_certificate
from certificates.publishing import publish_status_lists
from certificates.report import Report
from certificates.serial import new_serial
from certificates.standing import change_to, standing_after
from certificates.strict_json import BUNDLE_MAX_BYTES, canonical
from certificates.trust import Trust, read_trust
from certificates.verification import verify
from tests.certificates.centre import Centre, claim
from tests.fixtures.web import Site

WORKER_AGO = timedelta(minutes=1)


@pytest.fixture
def office(site: Site) -> Office:
    return open_office(Issuer(site.settings.public_url, "The test centre"), site.settings.keys_dir, datetime.now(UTC))


@pytest_asyncio.fixture(loop_scope="session")
async def issued(site: Site, office: Office) -> Issued:
    now = datetime.now(UTC) - WORKER_AGO
    async with site.database.registry.acquire() as db:
        return await issue(db, office, claim(awarded_at=now), now)


async def decide(site: Site, issued: Issued, kind: Kind) -> None:
    """Decide about the certificate."""
    decider = await site.person()
    async with site.database.web.acquire() as db, db.transaction():
        certificate = await store.certificate_by_serial(db, issued.serial)
        assert certificate is not None
        purpose, active = change_to(standing_after(await store.changes_of(db, certificate)), kind)
        now = datetime.now(UTC)
        await store.insert_change(
            db, certificate, purpose, active=active, reason="a test", decided_by=decider.account_id, now=now
        )


async def change(site: Site, office: Office, issued: Issued, kind: Kind) -> None:
    """Decide about the certificate and publish."""
    await decide(site, issued, kind)
    async with site.database.registry.acquire() as db:
        await publish_status_lists(db, office, datetime.now(UTC))


async def test_the_verify_page_is_open_to_everybody(site: Site) -> None:
    page = await (await site.visitor()).get("/verify")
    assert page.status_code == 200
    assert "Certificate number" in page.text


async def test_an_uploaded_certificate_is_verified_with_every_step_ticked(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    page = await visitor.post("/verify", files={"certificate": ("aigerim.sarap.json", issued.bundle, "application/json")})
    assert page.status_code == 200
    assert "verdict-ok" in page.text
    assert page.text.count('<li class="is-ok">') == 9
    assert "Айгерім Сәтбаева" in page.text
    assert issued.serial in page.text


async def test_an_altered_certificate_is_red_and_says_nothing_about_its_holder(site: Site, issued: Issued) -> None:
    altered = issued.bundle.replace(b'"value":"87.5"', b'"value":"97.5"')
    assert altered != issued.bundle
    page = await (await site.visitor()).post("/verify", files={"certificate": ("a.json", altered, "application/json")})
    assert "verdict-bad" in page.text
    assert "verdict-ok" not in page.text
    assert "Айгерім" not in page.text


async def test_another_centres_certificate_is_not_checked_and_never_green(site: Site, issued: Issued) -> None:
    data = json.dumps({"anything": 1}).encode()
    for foreign in (data, Centre().key_document):
        page = await (await site.visitor()).post("/verify", files={"certificate": ("a.json", foreign, "application/json")})
        assert "verdict-neutral" in page.text
        assert 'class="is-ok"' not in page.text


@pytest.mark.parametrize(
    ("form", "status", "says"),
    [
        ({"serial": ""}, 422, "nothing to verify yet"),
        ({"serial": "7K3QM9-XW2RFD-HJ5T99"}, 422, "typing error"),
        ({"serial": "7K3QM9-XW2RFD-HJ5T98"}, 404, "not issued a certificate with this number"),
    ],
)
async def test_a_number_that_leads_nowhere_is_explained(site: Site, form: dict[str, str], status: int, says: str) -> None:
    page = await (await site.visitor()).post("/verify", data=form)
    assert page.status_code == status
    assert says in page.text


async def test_a_number_typed_by_hand_leads_to_its_certificate(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    typed = issued.serial.replace("-", " ").lower()
    answer = await visitor.post("/verify", data={"serial": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/certificates/{issued.serial}")
    page = await visitor.get(answer.headers["location"])
    assert page.status_code == 200
    assert "verdict-ok" in page.text
    assert "noindex" in page.headers["x-robots-tag"]
    assert (await visitor.get("/certificates/7K3QM9-XW2RFD-HJ5T98")).status_code == 404
    assert (await visitor.get("/certificates/nonsense")).status_code == 404
    assert (await visitor.get(f"/certificates/{issued.serial.lower()}")).headers["location"] == f"/certificates/{issued.serial}"


async def test_the_downloaded_file_verifies_offline_against_the_published_keys(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    download = await visitor.get(f"/certificates/{issued.serial}.json")
    assert download.headers["content-type"] == MEDIA_TYPE
    assert download.headers["content-disposition"] == f'attachment; filename="{issued.serial}.sarap.json"'
    keys = read_trust((await visitor.get("/.well-known/did.json")).content)
    assert verify(download.content, {keys.did: keys}, datetime.now(UTC)).verified


async def test_the_pages_of_a_certificate_are_offered_once_they_are_printed(site: Site, office: Office, issued: Issued) -> None:
    visitor = await site.visitor()
    address = f"/certificates/{issued.serial}.kk.pdf"
    assert (await visitor.get(address)).status_code == 404
    assert address not in (await visitor.get(f"/certificates/{issued.serial}")).text
    async with site.database.registry.acquire() as db:
        await print_certificate(db, office, in_this_process, issued.credential_id, datetime.now(UTC))
    assert address in (await visitor.get(f"/certificates/{issued.serial}")).text
    answer = await visitor.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["content-disposition"] == f'attachment; filename="{issued.serial}.kk.pdf"'
    checked = await visitor.post("/verify", files={"certificate": ("a.pdf", answer.content, "application/pdf")})
    assert 'class="verdict verdict-ok"' in checked.text
    report = (await visitor.post("/api/verify", content=answer.content)).json()
    assert (report["verified"], report["carrier"]) == (True, "pdf")


@pytest.mark.parametrize("name", ["7K3QM9-XW2RFD-HJ5T98.kk.pdf", "mistyped.kk.pdf", "7K3QM9-XW2RFD-HJ5T98.de.pdf"])
async def test_pages_of_nobody_or_in_another_language_are_not_found(site: Site, name: str) -> None:
    assert (await (await site.visitor()).get(f"/certificates/{name}")).status_code == 404


async def in_this_process(bundle: bytes, what: Print) -> bytes:
    return render(bundle, what)


async def test_a_revocation_reaches_the_page_the_file_and_the_old_file(site: Site, office: Office, issued: Issued) -> None:
    await change(site, office, issued, Kind.REVOKE)
    visitor = await site.visitor()
    page = await visitor.get(f"/certificates/{issued.serial}")
    assert "verdict-bad" in page.text
    assert "verdict-ok" not in page.text
    old = (await visitor.post("/api/verify", content=issued.bundle)).json()
    new = (await visitor.post("/api/verify", content=(await visitor.get(f"/certificates/{issued.serial}.json")).content)).json()
    assert old["status"] == new["status"] == "revoked"
    assert old["verified"] is False


async def test_programs_get_the_report_as_json(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    report = (await visitor.post("/api/verify", content=issued.bundle)).json()
    assert report["verified"] is True
    assert report["certificate"]["holder"] == "Айгерім Сәтбаева"
    refused = (await visitor.post("/api/verify", content=b"not json")).json()
    assert (refused["verified"], refused["failure"]["finding"]) == (False, "not-json")


async def test_an_upload_over_the_limit_is_refused_clearly(site: Site) -> None:
    visitor = await site.visitor()
    large = b" " * (BUNDLE_MAX_BYTES + 100_000)
    page = await visitor.post("/verify", files={"certificate": ("a.json", large, "application/json")})
    assert page.status_code == 413
    assert "too large" in page.text
    answer = await visitor.post("/api/verify", content=large)
    assert answer.status_code == 413
    assert answer.headers["content-type"] == "application/problem+json"


async def test_what_the_centre_publishes_can_be_read_by_any_site(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    for path, says in (
        ("/.well-known/did.json", "did:web:"),
        ("/.well-known/jwks.json", "document-"),
        ("/status/revocation", "BitstringStatusListCredential"),
        ("/status/suspension", '"statusPurpose":"suspension"'),
        ("/log/checkpoint", "/log\n1\n"),
    ):
        answer = await visitor.get(path)
        assert answer.status_code == 200
        assert says in answer.text
        assert answer.headers["access-control-allow-origin"] == "*"
    assert (await visitor.get("/status/other")).status_code == 404


async def test_a_centre_that_has_issued_nothing_says_so(site: Site) -> None:
    visitor = await site.visitor()
    assert (await visitor.get("/log/checkpoint")).status_code == 404
    assert (await visitor.get("/.well-known/did.json")).status_code == 404


async def test_every_other_form_of_a_certificate_can_be_fetched_and_verifies(
    site: Site, office: Office, issued: Issued
) -> None:
    visitor = await site.visitor()
    page = await visitor.get(f"/certificates/{issued.serial}")
    for name in (".jwt", ".tlog-proof", "/front-code.svg", "/second-code.svg"):
        assert f"/certificates/{issued.serial}{name}" in page.text
    token = await visitor.get(f"/certificates/{issued.serial}.jwt")
    proof = await visitor.get(f"/certificates/{issued.serial}.tlog-proof")
    assert token.headers["content-type"].startswith(TOKEN_TYPE)
    trust = read_trust(canonical(office.key_document()))
    report = verify(token.content, {trust.did: trust}, datetime.now(UTC), (), proof.content)
    assert (report.carrier, report.authentic) == (Carrier.JWT, Authentic.YES)
    for name in ("front", "second"):
        drawn = await visitor.get(f"/certificates/{issued.serial}/{name}-code.svg")
        assert drawn.headers["content-type"].startswith("image/svg+xml")
        assert drawn.headers["x-robots-tag"] == "noindex"
        assert "<script" not in drawn.text


async def test_a_certificate_page_says_levels_parts_and_how_the_exam_was_held(site: Site, issued: Issued) -> None:
    page = await (await site.visitor()).get(f"/certificates/{issued.serial}")
    for said in ("Qualifications Framework", "B.1, level e-1", "A proctor followed the session as it went.", "4.25 points"):
        assert said in page.text


@pytest.mark.parametrize("path", [".jwt", ".tlog-proof", "/front-code.svg", "/second-code.svg"])
async def test_a_form_of_a_certificate_that_does_not_exist_is_not_found(site: Site, path: str) -> None:
    visitor = await site.visitor()
    for serial in (str(new_serial()), "7K3QM9-XW2RFD-HJ5T99", "x"):
        assert (await visitor.get(f"/certificates/{serial}{path}")).status_code == 404


async def test_programs_send_a_token_or_a_code_and_learn_what_it_shows(site: Site, issued: Issued) -> None:
    visitor = await site.visitor()
    token = (await visitor.get(f"/certificates/{issued.serial}.jwt")).content
    said = (await visitor.post("/api/verify", content=token)).json()
    assert (said["carrier"], said["authentic"], said["status"], said["verified"]) == ("jwt", "signed", "good", False)
    unshown = {step["step"]: step["finding"] for step in said["steps"] if step["outcome"] == "not-checked"}
    assert unshown == {"first-proof": "one-signature", "log": "log-not-shown"}
    page = await visitor.post("/verify", files={"certificate": ("a.jwt", token, "application/jwt")})
    assert "verdict-warn" in page.text
    assert "verdict-ok" not in page.text
    assert '<h2 id="verdict">Signed, but not everything could be checked</h2>' in page.text
    assert "This form does not show the log. Whether" in page.text


async def test_the_page_for_everybody_is_of_the_language_and_theme_and_of_nobody_in_particular(site: Site) -> None:
    visitor, other = await site.visitor(), await site.visitor()
    first = await visitor.get("/verify")
    assert (await other.get("/verify")).text == first.text
    in_russian = await other.get("/verify", headers={"accept-language": "ru"})
    assert '<html lang="ru"' in in_russian.text
    assert '<html lang="ru"' not in (await visitor.get("/verify")).text
    dark = await visitor.get("/verify", headers={"cookie": "theme=dark"})
    assert dark.text not in {first.text, (await other.get("/verify")).text}
    person = await site.person()
    mine = await person.get("/verify")
    assert mine.text != first.text
    assert (await visitor.get("/verify")).text == first.text


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """When the web process has checked a certificate."""
    made: list[datetime] = []

    def count(data: bytes, trust: Trust, now: datetime, lists: Sequence[bytes]) -> Report:
        made.append(now)
        return verify(data, trust, now, lists)

    monkeypatch.setattr(verifier, "verify", count)
    return made


async def test_a_certificates_page_is_checked_once_for_many_and_anew_after_each_decision_about_it(
    site: Site, office: Office, issued: Issued, checks: list[datetime]
) -> None:
    visitor, path = await site.visitor(), f"/certificates/{issued.serial}"
    pages = await asyncio.gather(*(visitor.get(path) for _ in range(10)))
    assert {page.status_code for page in pages} == {200}
    assert len({page.text for page in pages}) == 1
    assert "verdict-ok" in pages[0].text
    assert checks[0].isoformat() in pages[0].text, "the page says when that was"
    assert pages[0].headers["cache-control"] == "no-store"
    assert len(checks) == 1
    await change(site, office, issued, Kind.SUSPEND)
    suspended = await visitor.get(path)
    assert "verdict-warn" in suspended.text
    await change(site, office, issued, Kind.REINSTATE)
    assert "verdict-ok" in (await visitor.get(path)).text
    await change(site, office, issued, Kind.REVOKE)
    for _ in range(2):
        assert "verdict-bad" in (await visitor.get(path)).text
    assert len(checks) == 4


async def test_a_decision_is_on_the_page_before_its_list_is_published(
    site: Site, issued: Issued, checks: list[datetime]
) -> None:
    visitor, path = await site.visitor(), f"/certificates/{issued.serial}"
    assert "is-revoked" not in (await visitor.get(path)).text
    await decide(site, issued, Kind.REVOKE)
    assert "is-revoked" in (await visitor.get(path)).text
    assert len(checks) == 2


@pytest.mark.parametrize(
    ("valid_for", "checked_for"),
    [(None, timedelta(minutes=1)), (timedelta(seconds=20), timedelta(seconds=20))],
    ids=["without end", "ends soon"],
)
async def test_a_certificates_page_is_checked_again_after_a_minute_or_when_it_ends(
    site: Site, office: Office, monkeypatch: pytest.MonkeyPatch, valid_for: timedelta | None, checked_for: timedelta
) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    valid_until = None if valid_for is None else now + valid_for
    async with site.database.registry.acquire() as db:
        wanted = claim(awarded_at=now - WORKER_AGO, valid_until=valid_until)
        one = await issue(db, office, wanted, now - WORKER_AGO)
    seen: list[MadePage] = []
    original = RememberedPages.page

    async def page(
        pages: RememberedPages,
        key: PageKey,
        now: datetime,
        ask: Callable[[], Awaitable[Hashable]],
        make: Callable[[], Awaitable[MadePage]],
    ) -> bytes:
        async def see() -> MadePage:
            seen.append(await make())
            return seen[-1]

        return await original(pages, key, now, ask, see)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # noqa: ARG003 - as `datetime.now` is called
            return now

    monkeypatch.setattr(RememberedPages, "page", page)
    monkeypatch.setattr(verifier, "datetime", Clock)
    await (await site.visitor()).get(f"/certificates/{one.serial}")
    assert [page.until for page in seen] == [now + checked_for]


async def test_the_page_of_who_is_signed_in_is_made_for_them_alone(site: Site, issued: Issued, checks: list[datetime]) -> None:
    person, visitor, path = (
        await site.person(display_name="Somebody Signed-In"),
        await site.visitor(),
        f"/certificates/{issued.serial}",
    )
    mine = await person.get(path)
    assert "Somebody Signed-In" in mine.text
    anonymous = await visitor.get(path)
    assert "Somebody Signed-In" not in anonymous.text
    assert "Somebody Signed-In" in (await person.get(path)).text
    assert (await visitor.get(path)).text == anonymous.text
    assert len(checks) == 3
    asked = await visitor.get(f"{path}?from=elsewhere")
    assert "from=elsewhere" in asked.text
    assert "from=elsewhere" not in (await visitor.get(path)).text
