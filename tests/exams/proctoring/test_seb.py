"""The Safe Exam Browser's rules: keys as it computes them, files as it reads them, checks that nobody replays or borrows."""

import gzip
import hashlib
import plistlib
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import AlreadyDecided, InvalidInput, LockdownHeld, LockdownUnproven, NotImpartial
from exams.ids import AccountId, SchemeId, SessionId
from exams.proctoring.seb import exam_key
from exams.proctoring.seb.check import NONCE_LIFETIME, Check, Evidence, Fault, Level, Purpose, answer, ask, proven, purpose_of
from exams.proctoring.seb.config_file import config_file
from exams.proctoring.seb.config_key import config_key, config_text, request_hash
from exams.proctoring.seb.configuration import digest, file_url, issue, settings
from exams.proctoring.seb.hold import Hold, hold_by, hold_for, is_waived, passed, refuse_step, release
from tests.fixtures.examroom import NOON, a_session

URL = "https://exams.example.kz"
SESSION = SessionId(uuid4())
PROCTOR = AccountId(uuid4())


# The Config Key


def test_vector_1_an_empty_configuration() -> None:
    assert config_text({}) == "[]"
    assert config_key({}) == "4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945"
    assert config_key({"originatorVersion": "SEB_Win_3.9", "empty": {}}) == config_key({})


def test_vector_3_every_rule_of_the_specification_at_once() -> None:
    values: dict[str, Any] = {
        "URLFilterRules": [{"regex": True, "action": 1, "expression": r"exam\.example/.*", "active": True}],
        "startURL": "https://exam.example/x/7?t=ab",
        "originatorVersion": "SEB_OSX_3.5",
        "examKeySalt": bytes([0, 1, 2]),
        "additionalResource": {},
        "defaultPageZoomLevel": 1.0,
        "allowQuit": True,
    }
    assert config_text(values) == (
        '{"allowQuit":true,"defaultPageZoomLevel":1,"examKeySalt":"AAEC","startURL":"https://exam.example/x/7?t=ab",'
        r'"URLFilterRules":[{"action":1,"active":true,"expression":"exam\.example/.*","regex":true}]}'
    )
    key = config_key(values)
    assert key == "04e5bddc19e2293c89aa1493ff4cd18715109bafc9129b01c77448060a69385f"
    hashed = request_hash("https://exam.example/x/7?t=ab", key)
    assert hashed == "2c928e336dd628ebcf2fc91373b1afcecf0294dbb31b2ec6ab5e28af09b845ca"
    assert request_hash("https://exam.example/x/7?t=ab#task-2", key) == hashed


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.1, "0.1"),
        (1.0, "1"),
        (0.25, "0.25"),
        (-3, "-3"),
        (True, "true"),
        (b"", '""'),
        ("", '""'),
        ([], "[]"),
        ('a"b\\c\n', '"a"b\\c\n"'),
        (datetime(2026, 3, 2, 9, 0, 5, tzinfo=UTC), '"2026-03-02T09:00:05Z"'),
        ({"b": 1, "A": {"d": {}}}, '{"b":1}'),
    ],
)
def test_each_kind_of_value_is_written_as_the_browser_writes_it(value: Any, text: str) -> None:
    assert config_text({"x": value}) == f'{{"x":{text}}}'


@given(st.permutations(["allowQuit", "URLFilterRules", "urlFilter", "startURL", "Showtime", "showTIME2", "z", "A"]))
def test_the_order_of_the_settings_does_not_matter(names: list[str]) -> None:
    assert config_key(dict.fromkeys(names, 1)) == config_key(dict.fromkeys(sorted(names), 1))


# The configuration of an attempt


def test_a_file_is_what_the_browser_reads_and_its_key_follows_from_what_is_in_it() -> None:
    made = issue(SESSION, URL, camera=True, now=NOON)
    content = config_file(settings(URL, made.token, made.salt, made.quit_password, camera=True))
    assert content == config_file(settings(URL, made.token, made.salt, made.quit_password, camera=True))
    outer = gzip.decompress(content)
    assert outer[:4] == b"plnd"
    read: dict[str, Any] = plistlib.loads(gzip.decompress(outer[4:]))
    assert config_key(read) == made.config_key
    assert read["startURL"] == f"{URL}/seb?t={made.token}"
    assert read["hashedQuitPassword"] == hashlib.sha256(made.quit_password.encode()).hexdigest()
    assert (read["sebConfigPurpose"], read["browserWindowWebView"], read["sendBrowserExamKey"]) == (0, 3, True)
    assert read["URLFilterRules"] == [{"active": True, "regex": False, "expression": "exams.example.kz/*", "action": 1}]
    assert not {"allowWLAN", "browserUserAgent"} & set(read)
    assert read["URLFilterEnableContentFilter"] is False


def test_every_attempt_has_a_key_of_its_own_and_the_database_no_token() -> None:
    one, other = issue(SESSION, URL, camera=False, now=NOON), issue(SESSION, URL, camera=False, now=NOON)
    assert one.config_key != other.config_key
    assert one.token_sha256 == digest(one.token) != digest(other.token)
    assert one.token not in repr(one)


@pytest.mark.parametrize(
    ("public_url", "link"),
    [
        ("https://exams.example.kz", "sebs://exams.example.kz/seb/exam.seb?t=abc"),
        ("http://127.0.0.1:8000", "seb://127.0.0.1:8000/seb/exam.seb?t=abc"),
    ],
)
def test_the_link_lets_the_browser_fetch_its_file(public_url: str, link: str) -> None:
    assert file_url(public_url, "abc") == link


# Checks

KEY = "ab" * 32
BROWSER = exam_key.ExamKey(uuid4(), SchemeId(uuid4()), "Windows 3.9", "cd" * 32, NOON + timedelta(days=30), PROCTOR, NOON)


def asked() -> Check:
    return ask(SESSION, Purpose.START, NOON)


def sent(check: Check, key: str = KEY, url: str | None = None, browser: str = "") -> Evidence:
    """What an honest browser sends for the check's own address, or what somebody else makes of it."""
    known = f"{URL}/lockdown/{check.nonce}"
    exam_hash = request_hash(known, browser) if browser else ""
    return Evidence(known, request_hash(known if url is None else url, key), exam_hash)


def test_the_right_settings_prove_the_config_key_and_a_known_build_the_exam_key() -> None:
    check = asked()
    assert answer(check, [sent(check)], [KEY], [], NOON).level is Level.CONFIG_KEY
    both = answer(check, [sent(check, browser=BROWSER.key)], ["00" * 32, KEY], [BROWSER], NOON)
    assert (both.level, both.exam_key_id, both.exam_key_missing) == (Level.EXAM_KEY, BROWSER.exam_key_id, False)
    letters = Evidence(sent(check).url, sent(check).config_hash.upper() + " ", "")
    assert answer(check, [letters], [KEY], [], NOON).level is Level.CONFIG_KEY


def test_complaint_16_a_build_that_sends_a_wrong_exam_key_holds_nobody() -> None:
    check = asked()
    for browser in ("ee" * 32, ""):
        seen = answer(check, [sent(check, browser=browser)], [KEY], [BROWSER], NOON)
        assert (seen.level, seen.fault, seen.exam_key_missing) == (Level.CONFIG_KEY, None, True)
    expired = NOON + timedelta(seconds=30)
    old = exam_key.ExamKey(uuid4(), BROWSER.scheme_id, "old", "ee" * 32, NOON, PROCTOR, NOON)
    seen = answer(check, [sent(check, browser=old.key)], [KEY], [old], expired)
    assert (seen.level, seen.exam_key_missing) == (Level.CONFIG_KEY, False)  # nothing is asked for that nobody can have


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/lockdown/NONCE",
        "http://exams.example.kz/lockdown/NONCE",
        "https://exams.example.kz/prefix/lockdown/NONCE",
        "https://exams.example.kz/lockdown/NONCE?x=1",
        "https://exams.example.kz/lockdown/NONCE/",
        "https://exams.example.kz/lockdown/another",
        "",
    ],
)
def test_a_hash_of_any_other_address_is_not_taken(url: str) -> None:
    check = asked()
    forged = sent(check, url=url.replace("NONCE", check.nonce))
    seen = answer(check, [forged], [KEY], [], NOON)
    assert (seen.level, seen.fault) == (Level.NONE, Fault.OTHER_SETTINGS)


def test_another_attempts_settings_nothing_and_a_late_answer_are_told_apart() -> None:
    check = asked()
    assert answer(check, [sent(check, key="99" * 32)], [KEY], [], NOON).fault is Fault.OTHER_SETTINGS
    assert answer(check, [sent(check)], [], [], NOON).fault is Fault.OTHER_SETTINGS
    assert answer(check, [Evidence(URL, "", "")], [KEY], [], NOON).fault is Fault.NO_PROOF
    last = check.issued_at + NONCE_LIFETIME
    assert answer(check, [sent(check)], [KEY], [], last).fault is None
    assert answer(check, [sent(check)], [KEY], [], last + timedelta(microseconds=1)).fault is Fault.EXPIRED
    with pytest.raises(InvalidInput):
        purpose_of("certify")


@given(st.lists(st.sampled_from([Level.CONFIG_KEY, Level.EXAM_KEY]), max_size=6), st.booleans())
def test_a_session_is_as_proven_as_its_least_proven_step(levels: list[Level], waived: bool) -> None:
    said = proven(levels, waived=waived)
    if waived or not levels:
        assert said is Level.NONE
    else:
        assert said is (Level.CONFIG_KEY if Level.CONFIG_KEY in levels else Level.EXAM_KEY)


# Holds


def test_complaint_15_a_failed_check_holds_until_a_later_one_passes_or_a_proctor_says_so() -> None:
    session = a_session()
    hold = hold_for(session.session_id, Fault.NO_PROOF, NOON)
    with pytest.raises(LockdownHeld):
        refuse_step(hold, is_proven=False)
    refuse_step(hold, is_proven=True)
    assert not passed(hold, NOON).is_open
    later = NOON + timedelta(minutes=3)
    ended = release(session, hold, PROCTOR, "The network changed the address.", later, our_fault=True)
    assert (ended.released_at, ended.our_fault, is_waived(ended)) == (later, True, True)
    refuse_step(ended, is_proven=False)


def test_without_a_hold_a_step_needs_its_proof() -> None:
    refuse_step(None, is_proven=True)
    with pytest.raises(LockdownUnproven):
        refuse_step(None, is_proven=False)
    with pytest.raises(LockdownUnproven):
        refuse_step(passed(hold_for(SESSION, Fault.NO_PROOF, NOON), NOON), is_proven=False)


def test_a_proctors_hold_is_ended_by_a_person_only_and_never_by_the_candidate() -> None:
    session = a_session()
    hold = hold_by(session, None, PROCTOR, "Somebody else sits there.", NOON)
    assert passed(hold, NOON).is_open
    with pytest.raises(LockdownHeld):
        refuse_step(hold, is_proven=True)
    with pytest.raises(AlreadyDecided):
        hold_by(session, hold, PROCTOR, "Again.", NOON)
    for act in (
        lambda: hold_by(session, None, session.candidate_id, "me", NOON),
        lambda: release(session, hold, session.candidate_id, "me", NOON, our_fault=False),
    ):
        with pytest.raises(NotImpartial):
            act()
    ended: Hold = release(session, hold, PROCTOR, "It was the interpreter.", NOON, our_fault=False)
    with pytest.raises(AlreadyDecided):
        release(session, ended, PROCTOR, "Again.", NOON, our_fault=False)
    with pytest.raises(InvalidInput):
        release(session, hold, PROCTOR, "  ", NOON, our_fault=False)


# Browser Exam Keys


def test_a_key_is_64_letters_has_a_name_and_an_end() -> None:
    made = exam_key.new_key(
        BROWSER.scheme_id, "  Windows   3.9 ", " " + "AB" * 32, NOON + timedelta(days=1), PROCTOR, NOON, known=0
    )
    assert (made.name, made.key, made.counts(NOON), made.counts(NOON + timedelta(days=1))) == (
        "Windows 3.9",
        "ab" * 32,
        True,
        False,
    )


@pytest.mark.parametrize(
    ("name", "key", "days", "known", "field", "reason"),
    [
        (" ", "ab" * 32, 1, 0, "name", "missing"),
        ("x" * 81, "ab" * 32, 1, 0, "name", "too-long"),
        ("x", "ab" * 31, 1, 0, "key", "malformed"),
        ("x", "zz" * 32, 1, 0, "key", "malformed"),
        ("x", "ab" * 32, 0, 0, "expires_on", "out-of-range"),
        ("x", "ab" * 32, 1, 50, "key", "too-many"),
    ],
)
def test_what_is_not_a_key_is_refused(name: str, key: str, days: int, known: int, field: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        exam_key.new_key(BROWSER.scheme_id, name, key, NOON + timedelta(days=days), PROCTOR, NOON, known=known)
    assert (refused.value.field, refused.value.reason) == (field, reason)
