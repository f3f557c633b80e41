"""Points are exact, the best submission counts, and what we could not judge never costs a point."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from exams.grading.result import Graded, Held, HoldReason, grade
from exams.judging.verdict import Verdict
from exams.submissions.progress import SubmissionProgress
from tests.fixtures.examroom import NOON, a_submission, an_item, judged

ITEMS = (an_item(1, 30, "strings"), an_item(2, 30, "data"), an_item(3, 40, "algorithms"))


def graded(*submissions: SubmissionProgress, cut: int = 60) -> Graded:
    made = grade(ITEMS, submissions, cut)
    assert isinstance(made, Graded)
    return made


def test_nothing_handed_in_is_nothing_earned() -> None:
    made = graded()
    assert (made.score, made.max_score, made.passed) == (Decimal(0), Decimal(100), False)
    assert [(item.earned, item.verdict) for item in made.items] == [(Decimal(0), None)] * 3


def test_the_best_submission_counts_and_the_earliest_of_equals() -> None:
    first, best, equal = (a_submission(1, source, NOON + timedelta(minutes=place)) for place, source in enumerate("abc"))
    made = graded(judged(equal, 50), judged(first, 20), judged(best, 50))
    assert made.items[0].submission_id == best.submission_id
    assert made.items[0].earned == Decimal(15)


def test_thirds_are_rounded_only_for_showing() -> None:
    made = graded(*(judged(a_submission(position), 1, 3) for position in (1, 2, 3)), cut=34)
    assert [item.earned for item in made.items] == [Decimal(10), Decimal(10), Decimal("13.3333")]
    assert made.score == Decimal("33.3333")
    assert not made.passed


def test_exactly_the_cut_passes_even_where_rounded_parts_would_fall_short() -> None:
    # 1/3 + 1/3 + 5/6 of a point is half of three points; rounded first it would be 1.4999.
    items = tuple(an_item(position, 1) for position in (1, 2, 3))
    parts = [judged(a_submission(1), 1, 3), judged(a_submission(2), 1, 3), judged(a_submission(3), 5, 6)]
    made = grade(items, parts, 50)
    assert isinstance(made, Graded)
    assert sum(item.earned for item in made.items) == Decimal("1.4999")
    assert (made.score, made.passed) == (Decimal("1.5"), True)


@given(
    st.lists(st.tuples(st.integers(1, 3), st.decimals(0, 100, places=4)), max_size=12),
    st.integers(1, 100),
)
def test_the_result_is_the_exact_sum_of_the_best_shares(scores: list[tuple[int, Decimal]], cut: int) -> None:
    made = graded(*(judged(a_submission(position), score) for position, score in scores), cut=cut)
    exact = sum(
        (
            item.points
            * max((Fraction(score) / 100 for position, score in scores if position == item.position), default=Fraction(0))
        )
        for item in ITEMS
    )
    assert abs(Fraction(made.score) - exact) <= Fraction(1, 20_000)
    assert made.passed == (exact * 100 >= 100 * cut)
    assert 0 <= made.score <= made.max_score


def test_an_unjudged_submission_holds_the_result() -> None:
    waiting = SubmissionProgress(a_submission(1), None, 0)
    broken = SubmissionProgress(a_submission(2), None, 5)
    held = grade(ITEMS, [judged(a_submission(1), 99), waiting, broken], 60)
    assert held == Held(
        ((waiting.submission.submission_id, HoldReason.WAITING), (broken.submission.submission_id, HoldReason.UNDETERMINED))
    )


def test_an_unjudged_submission_of_an_item_with_full_points_holds_nothing() -> None:
    made = graded(judged(a_submission(1), 100), SubmissionProgress(a_submission(1), None, 5))
    assert made.items[0].earned == Decimal(30)


def test_a_dataset_without_points_earns_all_or_nothing_by_its_verdict() -> None:
    right = judged(a_submission(1), 0, 0)
    assert right.earned is not None
    assert right.earned.verdict is Verdict.AC
    assert graded(right).items[0].earned == Decimal(30)
