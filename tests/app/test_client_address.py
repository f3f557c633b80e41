"""Who is counted as one caller, on the real server: behind no proxy, behind a trusted one, behind several."""

from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from starlette.types import Receive, Scope, Send

from app.application import create_app
from app.asking_limits import CHECK_RECEIPTS
from app.client_address import site_of
from app.settings import Settings
from app.voucher_attempts import PER_ADDRESS, VoucherAttempts
from exams.errors import VoucherTooOften
from exams.ids import AccountId
from tests.fixtures.postgres import Database
from tests.fixtures.web import Site, running_site

RECEIPT = {"root": "ab" * 32, "count": 1}


@pytest_asyncio.fixture(loop_scope="session")
async def proxied(database: Database, tmp_path: Path) -> AsyncGenerator[Site]:
    """A centre whose proxies are this machine and a network."""
    async with running_site(database, tmp_path, SARAP_TRUSTED_PROXIES="127.0.0.1,10.9.0.0/16,fd00:9::/64") as made:
        yield made


async def is_refused(site: Site, *hops: str) -> bool:
    """Ask once, as a proxy would that passes on a request that came over `hops`."""
    headers = {"x-forwarded-for": ", ".join(hops)} if hops else {}
    answer = await (await site.visitor(**headers)).post("/api/check-receipts", json=RECEIPT)
    assert answer.status_code in {200, 429}
    return answer.status_code == 429


async def use_up(site: Site, *hops: str) -> None:
    for _ in range(CHECK_RECEIPTS.amount):
        assert not await is_refused(site, *hops)
    assert await is_refused(site, *hops)


async def test_a_forged_address_from_whoever_is_not_trusted_counts_for_nothing(site: Site) -> None:
    for number in range(CHECK_RECEIPTS.amount):
        assert not await is_refused(site, f"203.0.113.{number}")
    assert await is_refused(site, "198.51.100.1")
    assert await is_refused(site)


async def test_behind_a_trusted_proxy_each_visitor_has_limits_of_their_own(proxied: Site) -> None:
    await use_up(proxied, "203.0.113.9")
    assert not await is_refused(proxied, "203.0.113.10")
    assert not await is_refused(proxied)


async def test_what_a_visitor_wrote_before_the_proxys_own_word_counts_for_nothing(proxied: Site) -> None:
    for number in range(CHECK_RECEIPTS.amount):
        assert not await is_refused(proxied, f"198.51.100.{number}", "203.0.113.9")
    assert await is_refused(proxied, "198.51.100.200", "203.0.113.9")
    assert await is_refused(proxied, "10.9.0.1", "203.0.113.9")


async def test_of_a_chain_of_hops_the_last_one_that_is_not_a_trusted_proxy_is_the_visitor(proxied: Site) -> None:
    await use_up(proxied, "203.0.113.9", "10.9.3.4", "fd00:9::7")
    assert await is_refused(proxied, "203.0.113.9:51514")
    assert not await is_refused(proxied, "203.0.113.9", "10.8.0.1", "10.9.3.4"), "10.8.0.1 is nobody's proxy, and so a visitor"


async def test_visitors_of_one_ipv6_network_behind_a_proxy_are_one_caller(proxied: Site) -> None:
    await use_up(proxied, "2001:db8::1")
    assert await is_refused(proxied, "[2001:db8::ffff]:443")
    assert not await is_refused(proxied, "2001:db8:0:1::1")


async def test_no_proxy_makes_a_visitor_of_another_machine_an_operator_of_this_one(proxied: Site) -> None:
    assert (await (await proxied.visitor(**{"x-forwarded-for": "127.0.0.1"})).get("/metrics")).status_code == 403
    assert (await (await proxied.visitor(**{"x-forwarded-for": "203.0.113.9"})).get("/metrics")).status_code == 403


@pytest.mark.parametrize(("peer", "scheme"), [("10.0.0.7", "https"), ("10.0.0.8", "http")])
async def test_a_trusted_proxy_says_by_which_scheme_the_visitor_came_and_nobody_else_does(peer: str, scheme: str) -> None:
    settings = Settings.from_environment({"DATABASE_URL": "postgresql://db/sarap", "SARAP_TRUSTED_PROXIES": "10.0.0.7"})
    outermost = create_app(settings).user_middleware[0]
    seen: list[str] = []

    async def look(scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(scope["scheme"])

    async def nothing(*_message: object) -> Any:
        pytest.fail("nothing is received or sent")

    scope = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": [(b"x-forwarded-proto", b"https")]}
    await outermost.cls(look, *outermost.args, **outermost.kwargs)(scope, nothing, nothing)
    assert seen == [scheme]


async def test_vouchers_are_counted_by_network_too() -> None:
    attempts = VoucherAttempts()
    for number in range(PER_ADDRESS.amount):
        await attempts.count(AccountId(UUID(int=number)), f"2001:db8::{number + 1:x}")
    with pytest.raises(VoucherTooOften):
        await attempts.count(AccountId(UUID(int=PER_ADDRESS.amount)), "2001:db8::ffff")


@pytest.mark.parametrize(
    ("address", "site"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("::ffff:203.0.113.9", "203.0.113.9"),
        ("2001:db8::1", "2001:db8::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("-", "-"),
    ],
)
def test_one_ipv4_address_or_one_ipv6_network_is_one_caller(address: str, site: str) -> None:
    assert site_of(address) == site
