"""A sealed form opens with its key for its session, and with nothing else; closed it says nothing."""

from base64 import b64encode
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.errors import FormDamaged
from exams.ids import SessionId
from exams.sessions.sealed_form import STEP_BYTES, open_form, seal_form
from tests.fixtures.examroom import NOON

SESSION = SessionId(uuid4())
CONTENT = "<h1>Тапсырма: Timetable</h1>".encode() * 50


@settings(max_examples=50)
@given(st.binary(max_size=3 * STEP_BYTES))
def test_what_was_sealed_comes_out_and_fills_whole_steps(content: bytes) -> None:
    form = seal_form(SESSION, content, "en", NOON)
    assert open_form(SESSION, form.sha256, form.ciphertext, form.key) == content
    assert (len(form.ciphertext) - 12 - 16) % STEP_BYTES == 0


@settings(max_examples=60)
@given(st.integers(min_value=0), st.integers(1, 255))
def test_no_changed_byte_opens(place: int, change: int) -> None:
    form = seal_form(SESSION, CONTENT, "en", NOON)
    changed = bytearray(form.ciphertext)
    changed[place % len(changed)] ^= change
    with pytest.raises(FormDamaged):
        open_form(SESSION, form.sha256, bytes(changed), form.key)


def test_another_key_another_session_and_another_hash_do_not_open_it() -> None:
    form, other = seal_form(SESSION, CONTENT, "en", NOON), seal_form(SESSION, CONTENT, "en", NOON)
    for session_id, sha256, ciphertext, key in (
        (SESSION, form.sha256, form.ciphertext, other.key),
        (SessionId(uuid4()), form.sha256, form.ciphertext, form.key),
        (SESSION, other.sha256, form.ciphertext, form.key),
        (SESSION, form.sha256, other.ciphertext, form.key),
        (SESSION, form.sha256, b"", form.key),
        (SESSION, form.sha256, form.ciphertext[:-1], form.key),
    ):
        with pytest.raises(FormDamaged):
            open_form(session_id, sha256, ciphertext, key)


def test_the_same_paper_sealed_twice_looks_different_in_every_part_that_is_told() -> None:
    form, again = seal_form(SESSION, CONTENT, "en", NOON), seal_form(SESSION, CONTENT, "en", NOON)
    assert form.sha256 != again.sha256  # else a guess could be checked against the hash that is told before the start
    assert form.key != again.key
    assert form.ciphertext != again.ciphertext
    assert len(form.ciphertext) == len(again.ciphertext)


def test_neither_text_nor_key_is_written_out_by_mistake() -> None:
    form = seal_form(SESSION, CONTENT, "en", NOON)
    assert b"Timetable" not in form.ciphertext
    assert form.key not in form.ciphertext
    assert repr(form.key) not in repr(form)
    assert b64encode(form.key).decode() not in repr(form)
