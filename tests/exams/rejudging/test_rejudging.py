"""Who may lose by a rejudging, who may apply one, and what a set takes in."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import AlreadyDecided, InvalidInput, NotDecidable, NotImpartial
from exams.grading.decision import DecisionOutcome
from exams.grading.result import Graded, Result, grade
from exams.ids import AccountId, DatasetId, DecisionId, RejudgeSetId, ResultId, SessionId, SubmissionId, TaskId
from exams.rejudging.change import Effect, SessionChange, change_of, effect_of
from exams.rejudging.choice import TEXT_MAX_CHARACTERS, Choice, RejudgeKind, check_choice
from exams.rejudging.rejudge_set import EndingOutcome, RejudgeSet, RejudgeStage, apply, cancel
from exams.submissions.progress import Earned, SubmissionProgress
from tests.fixtures.examroom import NOON, a_submission, an_item, judged

ITEMS = [an_item(1, 40), an_item(2, 60)]
SESSION = SessionId(uuid4())
MAKER, SECOND = AccountId(uuid4()), AccountId(uuid4())


def a_change(
    scores: list[tuple[int, int | None, int | None]], *, graded: bool = True, decision: DecisionOutcome | None = None
) -> SessionChange:
    """Submissions as (position, score now, score then) of 100; None where there is no judgement."""
    submissions: list[SubmissionProgress] = []
    rejudged: dict[SubmissionId, Earned] = {}
    for position, now, then in scores:
        submission = a_submission(position)
        submissions.append(SubmissionProgress(submission, None, 0) if now is None else judged(submission, now))
        if then is not None:
            earned = judged(submission, then).earned
            assert earned is not None
            rejudged[submission.submission_id] = earned
    result = None
    if graded:
        made = grade(ITEMS, submissions, 60)
        assert isinstance(made, Graded)
        result = Result(ResultId(uuid4()), SESSION, made, NOON)
    decided = None if decision is None else (DecisionId(uuid4()), decision)
    return change_of(SESSION, ITEMS, submissions, rejudged, 60, result, decided)


def a_set(members: int = 2, done: int = 2, failed: int = 0) -> RejudgeSet:
    """A set that nobody has ended."""
    choice = Choice(RejudgeKind.ANEW, language="cpp")
    return RejudgeSet(RejudgeSetId(uuid4()), choice, "A broken disk.", MAKER, NOON, members, done, failed, None, None)


def test_who_rises_is_switched() -> None:
    change = a_change([(1, 0, 100), (2, 100, 100)])
    assert (change.before.points, change.after.points) == (60, 100)
    assert [one.position for one in change.submissions] == [1]
    assert effect_of(change, {}) is Effect.SWITCHED


def test_who_would_fall_keeps_everything_unless_a_reason_is_written() -> None:
    change = a_change([(1, 100, 0), (2, 100, 100)])
    assert change.falls
    assert effect_of(change, {}) is Effect.KEPT
    assert effect_of(change, {SESSION: "The right answer was found in the room."}) is Effect.SWITCHED
    assert effect_of(change, {SessionId(uuid4()): "Another one."}) is Effect.KEPT


def test_a_lower_judgement_beside_a_better_one_takes_nothing() -> None:
    change = a_change([(1, 100, 100), (1, 50, 0), (2, 0, 0)])
    assert not change.falls
    assert not change.matters
    assert effect_of(change, {}) is Effect.SWITCHED


def test_a_decided_case_is_untouched_whether_it_would_rise_or_fall() -> None:
    for decision in DecisionOutcome:
        for then in (0, 50, 100):
            change = a_change([(1, 50, then), (2, 60, 60)], decision=decision)
            assert effect_of(change, {SESSION: "Nevertheless."}) is Effect.DECIDED


def test_a_first_judgement_of_what_could_not_be_judged_is_a_gain() -> None:
    change = a_change([(1, None, 70), (2, 100, None)], graded=False)
    assert change.submissions[0].before is None
    assert (change.before.points, change.after.points) == (60, 88)
    assert (change.before.passed, change.after.passed) == (None, None)
    assert effect_of(change, {}) is Effect.SWITCHED


def test_datasets_of_other_maxima_are_compared_by_share() -> None:
    submission = a_submission(1)
    now, then = judged(submission, 50, 100), judged(submission, Decimal("0.5"), 1)
    assert then.earned is not None
    change = change_of(SESSION, ITEMS, [now], {submission.submission_id: then.earned}, 60, None, None)
    assert change.submissions == ()
    assert not change.matters


SCORES = st.lists(
    st.tuples(st.integers(1, 2), st.integers(0, 100), st.one_of(st.none(), st.integers(0, 100))), min_size=1, max_size=6
)


@given(SCORES)
def test_without_a_written_reason_nobody_ever_loses_a_point(scores: list[tuple[int, int, int | None]]) -> None:
    change = a_change([(position, now, then) for position, now, then in scores])
    if effect_of(change, {}) is Effect.SWITCHED:
        assert change.after.points >= change.before.points
        assert change.after.passed or not change.before.passed


def end(found: RejudgeSet, by: AccountId = SECOND, *changes: SessionChange, why: str | None = None) -> None:
    """Apply a set; `why` lets the session fall."""
    lowered = {} if why is None else {SESSION: why}
    apply(found, changes, frozenset(), decided_by=by, reason="Looked at all of it.", lowered=lowered, now=NOON)


def test_nobody_applies_alone_and_no_candidate_applies() -> None:
    with pytest.raises(NotImpartial):
        end(a_set(), MAKER)
    with pytest.raises(NotImpartial):
        apply(a_set(), (), frozenset({SECOND}), decided_by=SECOND, reason="-", lowered={}, now=NOON)


def test_a_set_is_applied_once_all_of_it_is_judged_or_cannot_be() -> None:
    with pytest.raises(NotDecidable):
        end(a_set(done=1))
    end(a_set(done=1, failed=1))


def test_only_sessions_that_would_fall_can_be_let_fall_and_never_without_words() -> None:
    rises, falls = a_change([(1, 0, 100)]), a_change([(1, 100, 0)])
    decided = a_change([(1, 100, 0)], decision=DecisionOutcome.CERTIFY)
    end(a_set(), SECOND, falls, why="It was copied from the tests.")
    for change in (rises, decided):
        with pytest.raises(InvalidInput):
            end(a_set(), SECOND, change, why="It was copied.")
    with pytest.raises(InvalidInput):
        end(a_set(), SECOND, falls, why="  ")
    with pytest.raises(InvalidInput):
        apply(a_set(), (), frozenset(), decided_by=SECOND, reason=" ", lowered={}, now=NOON)


def test_a_set_is_ended_once_by_whoever() -> None:
    ending = cancel(a_set(), decided_by=MAKER, reason="The disk was well.", now=NOON)
    assert ending.outcome is EndingOutcome.CANCEL
    over = replace(a_set(), ending=ending)
    with pytest.raises(AlreadyDecided):
        end(over)
    with pytest.raises(AlreadyDecided):
        cancel(over, decided_by=SECOND, reason="Again.", now=NOON)


def test_where_a_set_stands_follows_from_what_happened() -> None:
    found = a_set()
    ending = apply(found, (), frozenset(), decided_by=SECOND, reason="Right.", lowered={}, now=NOON)
    assert a_set(done=0).stage is RejudgeStage.JUDGING
    assert found.stage is RejudgeStage.READY
    assert a_set(0, 0).stage is RejudgeStage.READY
    assert replace(found, ending=ending).stage is RejudgeStage.APPLYING
    assert replace(found, ending=ending, applied_at=NOON).stage is RejudgeStage.APPLIED
    stopped = cancel(found, decided_by=MAKER, reason="No.", now=NOON)
    assert replace(found, ending=stopped).stage is RejudgeStage.CANCELLED


@pytest.mark.parametrize(
    ("choice", "field"),
    [
        (Choice(RejudgeKind.DATASET), "dataset_id"),
        (Choice(RejudgeKind.ANEW), "choice"),
        (Choice(RejudgeKind.ANEW, image="x" * (TEXT_MAX_CHARACTERS + 1)), "image"),
        (Choice(RejudgeKind.ANEW, judged_from=NOON, judged_before=NOON), "judged_before"),
    ],
)
def test_a_choice_that_says_nothing_or_the_impossible_is_refused(choice: Choice, field: str) -> None:
    with pytest.raises(InvalidInput) as refusal:
        check_choice(choice)
    assert refusal.value.field == field


def test_a_choice_that_says_something_is_taken() -> None:
    check_choice(Choice(RejudgeKind.DATASET, DatasetId(uuid4())))
    check_choice(Choice(RejudgeKind.ANEW, task_id=TaskId(uuid4())))
    check_choice(Choice(RejudgeKind.ANEW, judged_from=NOON, judged_before=NOON + timedelta(hours=1)))
