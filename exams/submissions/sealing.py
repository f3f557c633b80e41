"""What the server hands in for a candidate when a session ends: the last acknowledged drafts."""

from collections.abc import Iterable

from exams.sessions.journal import JournalEntry
from exams.submissions.submission import Answer, Submission


def answers_to_seal(drafts: Iterable[JournalEntry], submissions: Iterable[Submission]) -> tuple[Answer, ...]:
    """For each item the newest draft, unless it is blank or exactly this was handed in already.

    Only the newest counts, in whatever language: an older draft in another language is one that the candidate left.
    """
    newest: dict[int, JournalEntry] = {}
    for draft in drafts:
        if draft.position not in newest or draft.revision > newest[draft.position].revision:
            newest[draft.position] = draft
    handed_in = {(one.answer.position, one.answer.language, one.answer.sha256) for one in submissions}
    answers = (Answer(draft.position, draft.language, draft.source) for _, draft in sorted(newest.items()))
    return tuple(
        answer
        for answer in answers
        if answer.source.strip() and (answer.position, answer.language, answer.sha256) not in handed_in
    )
