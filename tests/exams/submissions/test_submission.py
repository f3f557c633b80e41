"""What may be handed in, and every refusal."""

from datetime import timedelta

import pytest

from exams.errors import InvalidInput, SessionClosed, SessionNotStarted, TooOften
from exams.submissions import samplerun
from exams.submissions.submission import (
    PROGRAM_MAX_BYTES,
    SUBMISSION_GAP_S,
    SUBMISSIONS_PER_ITEM,
    Answer,
    check,
    hand_in,
)
from tests.fixtures.examroom import NOON, a_session, a_submission, an_item

ITEM = an_item()
SESSION = a_session()
LATER = NOON + timedelta(minutes=1)


def refused(answer: Answer) -> tuple[str, str, int | None]:
    with pytest.raises(InvalidInput) as caught:
        check(ITEM, answer)
    return caught.value.field, caught.value.reason, caught.value.limit


def test_a_program_over_256_kib_is_refused_counted_in_bytes_not_letters() -> None:
    check(ITEM, Answer(1, "python3", "x" * PROGRAM_MAX_BYTES))
    assert refused(Answer(1, "python3", "x" * (PROGRAM_MAX_BYTES + 1))) == ("source", "too-large", PROGRAM_MAX_BYTES)
    assert refused(Answer(1, "python3", "қ" * (PROGRAM_MAX_BYTES // 2 + 1))) == ("source", "too-large", PROGRAM_MAX_BYTES)


def test_nul_bytes_and_broken_unicode_are_refused() -> None:
    assert refused(Answer(1, "python3", "print(1)\0")) == ("source", "nul-byte", None)
    assert refused(Answer(1, "python3", "print('\ud800')")) == ("source", "not-unicode", None)


@pytest.mark.parametrize("language", ["cobol", "", "python3 ", "PYTHON3"])
def test_a_language_that_the_item_does_not_allow_is_refused(language: str) -> None:
    assert refused(Answer(1, language, "x")) == ("language", "unknown-language", None)


def test_a_right_hand_in_is_taken() -> None:
    assert hand_in(SESSION, ITEM, Answer(1, "cpp", "int main(){}"), count=0, last=None, now=LATER) is None


def test_a_late_hand_in_is_refused() -> None:
    with pytest.raises(SessionClosed):
        hand_in(SESSION, ITEM, Answer(1, "cpp", "x"), count=0, last=None, now=NOON + timedelta(hours=2))
    with pytest.raises(SessionNotStarted):
        hand_in(a_session(started_at=None), ITEM, Answer(1, "cpp", "x"), count=0, last=None, now=NOON)


def test_a_blank_program_is_refused() -> None:
    with pytest.raises(InvalidInput, match="missing"):
        hand_in(SESSION, ITEM, Answer(1, "cpp", " \n\t"), count=0, last=None, now=LATER)
    with pytest.raises(InvalidInput, match="missing"):
        samplerun.request(SESSION, ITEM, Answer(1, "cpp", ""), in_last_minute=0, now=LATER)


def test_a_double_click_gives_the_same_submission_even_within_the_gap() -> None:
    last = a_submission(source="print(3)", at=LATER)
    assert hand_in(SESSION, ITEM, Answer(1, "python3", "print(3)"), count=1, last=last, now=LATER) is last


def test_the_same_text_in_another_language_is_another_program() -> None:
    last = a_submission(source="print(3)", at=NOON)
    assert hand_in(SESSION, ITEM, Answer(1, "javascript", "print(3)"), count=1, last=last, now=LATER) is None


def test_hand_ins_closer_than_the_gap_are_refused() -> None:
    last = a_submission(at=LATER)
    with pytest.raises(TooOften):
        hand_in(SESSION, ITEM, Answer(1, "cpp", "x"), count=1, last=last, now=LATER + timedelta(seconds=SUBMISSION_GAP_S - 1))
    assert (
        hand_in(SESSION, ITEM, Answer(1, "cpp", "x"), count=1, last=last, now=LATER + timedelta(seconds=SUBMISSION_GAP_S))
        is None
    )


def test_more_than_fifty_hand_ins_of_an_item_are_refused() -> None:
    with pytest.raises(InvalidInput) as caught:
        hand_in(SESSION, ITEM, Answer(1, "cpp", "x"), count=SUBMISSIONS_PER_ITEM, last=a_submission(), now=LATER)
    assert (caught.value.reason, caught.value.limit) == ("too-many", SUBMISSIONS_PER_ITEM)


def test_sample_runs_are_refused_as_hand_ins_are_and_past_their_own_limit() -> None:
    samplerun.request(SESSION, ITEM, Answer(1, "cpp", "x"), in_last_minute=samplerun.SAMPLE_RUNS_PER_MINUTE - 1, now=LATER)
    with pytest.raises(TooOften):
        samplerun.request(SESSION, ITEM, Answer(1, "cpp", "x"), in_last_minute=samplerun.SAMPLE_RUNS_PER_MINUTE, now=LATER)
    with pytest.raises(SessionClosed):
        samplerun.request(SESSION, ITEM, Answer(1, "cpp", "x"), in_last_minute=0, now=NOON + timedelta(days=1))
    with pytest.raises(InvalidInput):
        samplerun.request(SESSION, ITEM, Answer(1, "pascal", "x"), in_last_minute=0, now=LATER)


def test_the_limit_counts_all_files_together() -> None:
    half = "x" * (PROGRAM_MAX_BYTES // 2)
    check(ITEM, Answer(1, "python3", half, {"a.py": half}))
    assert refused(Answer(1, "python3", half, {"a.py": f"{half}x"})) == ("source", "too-large", PROGRAM_MAX_BYTES)
    assert refused(Answer(1, "python3", "x", {"a.py": "\ud800"})) == ("source", "not-unicode", None)
    assert refused(Answer(1, "python3", "x", {"../a.py": ""})) == ("files", "file-name", None)


def test_another_further_file_makes_another_answer() -> None:
    last = a_submission(language="python3", source="import a")
    again = Answer(1, "python3", "import a", {"a.py": "print(1)"})
    assert hand_in(SESSION, ITEM, again, count=1, last=last, now=LATER) is None


def test_a_program_whose_main_file_is_blank_is_work_if_another_is_not() -> None:
    assert Answer(1, "python3", " ", {"a.py": "\n"}).is_blank
    assert not Answer(1, "python3", " ", {"a.py": "x"}).is_blank


def test_ones_own_input_is_text_up_to_its_limit() -> None:
    def ask(text: str) -> None:
        samplerun.request(SESSION, ITEM, Answer(1, "cpp", "x"), in_last_minute=0, now=LATER, own_input=text)

    ask("")
    ask("x" * samplerun.OWN_INPUT_MAX_BYTES)
    for text, reason in (("\0", "nul-byte"), ("\ud800", "not-unicode"), ("қ" * 40_000, "too-large")):
        with pytest.raises(InvalidInput) as caught:
            ask(text)
        assert (caught.value.field, caught.value.reason) == ("input", reason)
