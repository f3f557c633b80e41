"""Signing in and out: passwords, websessions, limits."""

import asyncio
from datetime import UTC, datetime, timedelta
from time import perf_counter
from uuid import uuid4

import pytest
from limits import RateLimitItemPerMinute

from app.auth import attempts, passwords, store, websession
from app.auth.account import Role
from app.auth.attempts import SignInAttempts
from app.auth.errors import TooManyAttempts
from app.auth.passwords import PasswordCheck, hash_password
from app.database import transaction
from exams.ids import AccountId
from tests.fixtures.postgres import Database
from tests.fixtures.web import Site

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
HASH = hash_password("қошқар мүйіз")


async def test_signing_in_leads_to_ones_own_work(site: Site) -> None:
    person = await site.person(Role.PROCTOR, password_hash=HASH)
    visitor = await site.visitor()
    answer = await visitor.post("/sign-in", data={"login": f" {person.login.upper()} ", "password": "қошқар мүйіз"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Path=/" in cookie
    assert "Aigerim Test" in (await visitor.get("/")).text
    [event] = await site.database.admin.fetch("SELECT action, account_id FROM audit_event")
    assert (event["action"], event["account_id"]) == ("account:sign-in", person.account_id)


async def test_a_registrar_comes_to_the_results_that_wait(site: Site) -> None:
    person = await site.person(Role.REGISTRAR, password_hash=HASH)
    answer = await (await site.visitor()).post("/sign-in", data={"login": person.login, "password": "қошқар мүйіз"})
    assert answer.headers["location"] == "/results"


async def test_only_a_hash_of_the_cookie_is_kept(site: Site) -> None:
    person = await site.person(Role.PROCTOR, password_hash=HASH)
    visitor = await site.visitor()
    await visitor.post("/sign-in", data={"login": person.login, "password": "қошқар мүйіз"})
    token = visitor.cookies[websession.COOKIE]
    kept = [row["token_sha256"] for row in await site.database.admin.fetch("SELECT token_sha256 FROM websession")]
    assert websession.digest(token) in kept
    assert all(token.encode() not in row for row in kept)


async def test_a_planted_cookie_is_worth_nothing_after_signing_in(site: Site) -> None:
    person = await site.person(Role.CANDIDATE, password_hash=HASH)
    attacker = await site.person(Role.CANDIDATE)
    visitor = await site.visitor()
    visitor.cookies.set(websession.COOKIE, attacker.token)
    answer = await visitor.post("/sign-in", data={"login": person.login, "password": "қошқар мүйіз"})
    assert websession.COOKIE in answer.headers["set-cookie"]
    assert attacker.token not in answer.headers["set-cookie"]
    attacker_now = await attacker.get("/sign-in")
    assert attacker_now.status_code == 200, "the planted websession is revoked"


@pytest.mark.parametrize("login", ["known", "nobody-has-this-login"])
async def test_a_wrong_password_and_an_unknown_login_look_alike(site: Site, login: str) -> None:
    person = await site.person(Role.CANDIDATE, password_hash=HASH)
    visitor = await site.visitor()
    form = {"login": person.login if login == "known" else login, "password": "xyzzy guess"}
    answer = await visitor.post("/sign-in", data=form)
    assert answer.status_code == 401
    assert "do not belong together" in answer.text
    assert form["login"] in answer.text
    assert "xyzzy" not in answer.text
    programs = await visitor.post("/sign-in", data=form, headers={"accept": "application/json"})
    assert (programs.status_code, programs.json()["code"]) == (401, "wrong-credentials")


async def test_an_unknown_login_takes_as_long_as_a_wrong_password() -> None:
    check = PasswordCheck()
    await check.matches(None, "warm up", "-")
    began = perf_counter()
    assert not await check.matches(HASH, "wrong", "-")
    known = perf_counter() - began
    began = perf_counter()
    assert not await check.matches(None, "wrong", "-")
    unknown = perf_counter() - began
    assert unknown > known / 4, "both compute one hash; an early return would take microseconds"


async def test_a_flood_of_guesses_from_one_address_makes_nobody_else_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[str] = []

    def verify(_hash: str | None, password: str) -> bool:
        begun.append(password)
        return False

    monkeypatch.setattr(passwords, "_verify", verify)
    check = PasswordCheck()
    flood = [asyncio.create_task(check.matches(HASH, "guess", "192.0.2.1")) for _ in range(50)]
    await asyncio.sleep(0)
    await check.matches(HASH, "mine", "198.51.100.7")
    await asyncio.gather(*flood)
    assert begun.index("mine") <= passwords.HASHES_AT_ONCE + 1, "after those that were being computed, and one in its turn"


async def test_signing_out_revokes_on_the_server(site: Site) -> None:
    person = await site.person(Role.CANDIDATE)
    thief = await site.visitor()
    thief.cookies.set(websession.COOKIE, person.token)
    assert (await thief.get("/sign-in")).status_code == 303
    answer = await person.post("/sign-out")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert (await thief.get("/sign-in")).status_code == 200


@pytest.mark.parametrize(
    "wanted", ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:alert(1)", "/a\nb"]
)
async def test_signing_in_never_leads_to_another_site(module_site: Site, wanted: str) -> None:
    person = await module_site.person(Role.CANDIDATE, password_hash=HASH)
    visitor = await module_site.visitor()
    answer = await visitor.post("/sign-in", data={"login": person.login, "password": "қошқар мүйіз", "next": wanted})
    assert answer.headers["location"] == "/exams"


async def test_a_websession_ends_when_idle_and_at_last_in_any_case(database: Database) -> None:
    account_id = await _account(database)
    token, session = websession.begin(account_id, NOW)
    async with transaction(database.web) as db:
        await store.insert_websession(db, session)
        assert await store.visitor(db, websession.digest(token), NOW + websession.IDLE_LIFETIME - timedelta(seconds=1))
        assert await store.visitor(db, websession.digest(token), NOW + websession.IDLE_LIFETIME) is None
    assert websession.renewed_expiry(session, NOW + timedelta(minutes=1)) is None
    assert websession.renewed_expiry(session, NOW + timedelta(hours=7)) == NOW + timedelta(hours=15)
    assert websession.renewed_expiry(session, NOW + timedelta(hours=35)) == NOW + websession.ABSOLUTE_LIFETIME


async def test_a_revoked_websession_is_not_extended(database: Database) -> None:
    account_id = await _account(database)
    _, session = websession.begin(account_id, NOW)
    async with transaction(database.web) as db:
        await store.insert_websession(db, session)
        await store.revoke_websession(db, session.token_sha256, NOW)
        await store.extend_websession(db, session, NOW + timedelta(days=1))
        assert await store.visitor(db, session.token_sha256, NOW) is None


async def test_guessing_is_stopped_and_the_answer_says_when_to_come_again(site: Site) -> None:
    visitor = await site.visitor()
    form = {"login": "somebody", "password": "guess"}
    count = attempts.PER_LOGIN_AND_ADDRESS.amount
    answers = await asyncio.gather(*(visitor.post("/sign-in", data=form) for _ in range(count + 1)))
    assert sorted(answer.status_code for answer in answers) == [401] * count + [429]
    stopped = await visitor.post("/sign-in", data=form)
    assert stopped.status_code == 429
    assert 0 < int(stopped.headers["retry-after"]) <= 15 * 60
    assert "Too many attempts" in stopped.text
    other = await visitor.post("/sign-in", data={"login": "somebody-else", "password": "guess"})
    assert other.status_code == 401


async def test_a_right_password_clears_the_count() -> None:
    counted = SignInAttempts()
    for _ in range(attempts.PER_LOGIN_AND_ADDRESS.amount):
        await counted.count("dana", "192.0.2.1")
    await counted.forgive("dana", "192.0.2.1")
    await counted.count("dana", "192.0.2.1")


async def test_neighbouring_ipv6_addresses_count_as_one_site(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "PER_ADDRESS", RateLimitItemPerMinute(2, 15))
    counted = SignInAttempts()
    await counted.count("a", "2001:db8::1")
    await counted.count("b", "2001:db8::2")
    with pytest.raises(TooManyAttempts):
        await counted.count("c", "2001:db8::3")
    await counted.count("c", "2001:db8:0:1::3")


async def test_the_language_chosen_before_signing_in_moves_into_the_account(module_site: Site) -> None:
    person = await module_site.person(Role.CANDIDATE, password_hash=HASH)
    visitor = await module_site.visitor()
    await visitor.post("/language", data={"locale": "kk"})
    await visitor.post("/sign-in", data={"login": person.login, "password": "қошқар мүйіз"})
    assert '<html lang="kk"' in (await visitor.get("/")).text
    assert "locale" not in visitor.cookies


async def _account(database: Database) -> AccountId:
    async with transaction(database.admin) as db:
        account_id = await store.insert_account(
            db, login=f"person-{uuid4().hex}", password_hash="-", display_name="Dana", locale="kk"
        )
    assert account_id is not None
    return account_id
