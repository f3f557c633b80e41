"""What the server hands in for a candidate when a session ends: the last acknowledged drafts."""

from collections.abc import Collection, Iterable

from exams.sessions.journal import Draft
from exams.submissions.submission import Answer, AnswerKey


def answers_to_seal(drafts: Iterable[Draft], handed_in: Collection[AnswerKey]) -> tuple[Answer, ...]:
    """For each item the newest draft that is not blank, unless exactly this was handed in already.

    Only one counts, in whatever language: an older draft in another language is one that the
    candidate left. A blank one is nothing to judge: whoever only turned to another language has left the older text standing.
    """
    # Of two drafts of one revision the later one is where the candidate stayed; sorting keeps their order.
    answers = (
        Answer(draft.position, draft.language, draft.source, draft.files)
        for draft in sorted(drafts, key=lambda one: one.revision)
    )
    newest = {answer.position: answer for answer in answers if not answer.is_blank}
    return tuple(answer for _, answer in sorted(newest.items()) if answer.key not in handed_in)


def is_blank(draft: Draft) -> bool:
    """Whether a draft is nothing to judge."""
    return Answer(draft.position, draft.language, draft.source, draft.files).is_blank
