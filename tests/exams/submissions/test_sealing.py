"""At the end the server hands in what the candidate wrote last, and nothing twice."""

from datetime import timedelta

from exams.sessions.journal import Draft
from exams.submissions.sealing import answers_to_seal
from exams.submissions.submission import Answer
from tests.fixtures.examroom import NOON, a_submission


def draft(position: int, revision: int, source: str, language: str = "python3") -> Draft:
    return Draft(position, revision, language, source, NOON + timedelta(seconds=revision))


def test_the_newest_draft_of_each_item_is_taken_in_whatever_language() -> None:
    drafts = [draft(2, 4, "b"), draft(1, 3, "int main(){}", "cpp"), draft(1, 2, "a")]
    assert answers_to_seal(drafts, []) == (Answer(1, "cpp", "int main(){}"), Answer(2, "python3", "b"))


def test_a_draft_that_was_handed_in_is_not_taken_again() -> None:
    assert answers_to_seal([draft(1, 2, "a")], [a_submission(source="a").answer.key]) == ()


def test_the_same_text_handed_in_for_another_item_or_language_does_not_count_as_handed_in() -> None:
    others = [a_submission(position=2, source="a").answer.key, a_submission(source="a", language="javascript").answer.key]
    assert answers_to_seal([draft(1, 2, "a")], others) == (Answer(1, "python3", "a"),)


def test_blank_drafts_are_left() -> None:
    assert answers_to_seal([draft(1, 1, " \n")], []) == ()


def test_whoever_only_turned_to_another_language_has_left_the_older_text_standing() -> None:
    assert answers_to_seal([draft(1, 1, "a"), draft(1, 2, "", "cpp")], []) == (Answer(1, "python3", "a"),)


def test_of_two_drafts_of_one_save_the_language_that_it_ended_in_counts() -> None:
    assert answers_to_seal([draft(1, 1, "a"), draft(1, 1, "b", "cpp")], []) == (Answer(1, "cpp", "b"),)
