"""What becomes of a save: in the chain, the same again, aside, or broken. No acknowledged save is ever overwritten."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.errors import BrokenChain, HeldElsewhere, InvalidInput, SessionNotStarted, TooOften
from exams.ids import LeaseId
from exams.judging.further_files import draft_sha256
from exams.sessions.chain import State, first_head, head_after, replay
from exams.sessions.journal import (
    EDITS_PER_SAVE,
    ITEM_JOURNAL_MAX_BYTES,
    SLOW_SAVE_S,
    AsideReason,
    Fate,
    JournalEntry,
    Save,
    Standing,
    fate,
    followed,
    next_entry,
    reason_of,
    refuse_flood,
    split,
    state_of,
)
from exams.sessions.lease import Lease, take
from exams.sessions.session import SealReason
from exams.sessions.timing import SAVE_GRACE_S
from exams.sessions.writer import Writer
from tests.fixtures.examroom import NOON, a_session

SESSION = a_session()
LEASE = LeaseId(uuid4())
LATER = NOON + timedelta(seconds=2)
OVER = NOON + timedelta(hours=1, seconds=SAVE_GRACE_S)


def save_of(writer: Writer, lease: LeaseId = LEASE) -> Save:
    """What a page would send."""
    return Save(
        1, lease, writer.revision, writer.base.head, tuple(writer.pending), writer.now.head, bytes.fromhex(writer.sha256)
    )


def standing(*entries: JournalEntry, **changes: object) -> Standing:
    found = Standing(SESSION, 1, ("python3", "cpp"), LEASE, entries[-1] if entries else None, None)
    return replace(found, **changes)  # pyright: ignore[reportArgumentType]  # the caller names real fields


def saved(texts: Sequence[str], now: datetime = LATER) -> tuple[Writer, list[JournalEntry]]:
    """A writer that had each of these texts acknowledged, and the revisions that they became."""
    writer = Writer.fresh(SESSION.session_id, 1)
    entries: list[JournalEntry] = []
    for text in texts:
        writer.write("python3", text)
        here = standing(*entries)
        before = state_of(here.newest, SESSION.session_id, 1)
        entries.append(next_entry(save_of(writer), before, followed(save_of(writer), before, here), here, now))
        writer.acknowledged({"revision": entries[-1].revision, "nonce": "ab"})
    return writer, entries


@settings(deadline=None)
@given(st.lists(st.text(st.sampled_from("aқ😀\n"), min_size=1), min_size=1, max_size=6, unique=True))
def test_saves_that_follow_each_other_become_revisions_in_order_with_their_texts(texts: list[str]) -> None:
    _, entries = saved(texts)
    assert [(entry.revision, entry.source) for entry in entries] == list(enumerate(texts, 1))
    heads = [first_head(SESSION.session_id, 1), *(entry.head for entry in entries)]
    assert [entry.prev_head for entry in entries] == heads[:-1]
    assert entries[-1].edit_count == sum(len(entry.edits) for entry in entries)


def test_a_save_whose_answer_was_lost_is_the_same_again_even_after_the_end_and_without_the_lease() -> None:
    writer, entries = saved(["a"])
    writer.write("python3", "ab")
    save = save_of(writer)
    before = state_of(entries[-1], SESSION.session_id, 1)
    entries.append(next_entry(save, before, followed(save, before, standing(*entries)), standing(*entries), LATER))
    for here in (standing(*entries), standing(*entries, lease_id=LeaseId(uuid4()))):
        for now in (LATER, OVER + timedelta(days=1)):
            assert fate(save, here, now) is Fate.SAME_AGAIN


def test_a_save_is_in_the_chain_exactly_if_it_continues_the_newest_revision_in_time_under_the_lease() -> None:
    writer, entries = saved(["a", "ab"])
    writer.write("python3", "abc")
    save, here = save_of(writer), standing(*entries)
    assert fate(save, here, OVER - timedelta(microseconds=1)) is Fate.IN_CHAIN
    assert fate(save, here, OVER) is Fate.LATE
    sealed = replace(SESSION, sealed_at=LATER, seal_reason=SealReason.FINISHED)
    assert fate(save, replace(here, session=sealed), LATER) is Fate.LATE
    assert fate(save, replace(here, lease_id=None), LATER) is Fate.LEASE
    assert fate(replace(save, base_revision=1), here, LATER) is Fate.OLDER
    for wrong in (replace(save, base_revision=3), replace(save, base_head=bytes(32))):
        with pytest.raises(BrokenChain) as broken:
            fate(wrong, here, LATER)
        assert (broken.value.revision, broken.value.head) == (2, entries[-1].head.hex())


def test_why_a_save_is_kept_aside() -> None:
    writer, entries = saved(["a"])
    writer.write("python3", "b")
    save = save_of(writer)
    assert reason_of(save, standing(*entries), LATER) is AsideReason.STALE
    assert reason_of(replace(save, lease_id=LeaseId(uuid4())), standing(*entries), LATER) is AsideReason.LEASE
    assert reason_of(save, standing(*entries), OVER) is AsideReason.LATE


@pytest.mark.parametrize(("changes", "reason"), [({"head": bytes(32)}, "head"), ({"sha256": bytes(32)}, "draft")])
def test_a_save_whose_edits_do_not_make_what_it_says_is_broken(changes: dict[str, bytes], reason: str) -> None:
    writer, entries = saved(["a"])
    writer.write("python3", "b")
    save = replace(save_of(writer), **changes)  # pyright: ignore[reportArgumentType]
    with pytest.raises(BrokenChain, match=reason):
        followed(save, state_of(entries[-1], SESSION.session_id, 1), standing(*entries))


def test_a_save_has_edits_and_not_too_many_and_the_clock_has_begun() -> None:
    save = save_of(Writer.fresh(SESSION.session_id, 1))
    with pytest.raises(InvalidInput, match="missing"):
        fate(save, standing(), LATER)
    with pytest.raises(InvalidInput, match="too-many"):
        fate(replace(save, edits=("{}",) * (EDITS_PER_SAVE + 1)), standing(), LATER)
    with pytest.raises(SessionNotStarted):
        fate(replace(save, edits=("{}",)), standing(session=a_session(started_at=None)), LATER)


def test_a_language_that_was_left_within_a_save_keeps_its_draft() -> None:
    writer = Writer.fresh(SESSION.session_id, 1)
    writer.write("python3", "p")
    writer.write("cpp", "c")
    before = State(0, first_head(SESSION.session_id, 1))
    entry = next_entry(save_of(writer), before, followed(save_of(writer), before, standing()), standing(), LATER)
    assert (entry.language, entry.source, entry.left) == ("cpp", "c", {"python3": {"": "p"}})
    assert state_of(entry, SESSION.session_id, 1).drafts == writer.now.drafts


def test_a_journal_is_as_large_as_all_the_texts_that_it_keeps_in_bytes() -> None:
    writer = Writer.fresh(SESSION.session_id, 1)
    writer.write("python3", "\N{GRINNING FACE}" * 10)
    writer.write("cpp", "c", {"a.h": "\N{CYRILLIC SMALL LETTER EN}"})
    before = State(0, first_head(SESSION.session_id, 1))
    entry = next_entry(save_of(writer), before, followed(save_of(writer), before, standing()), standing(), LATER)
    assert entry.journal_bytes == sum(len(edit.encode()) for edit in entry.edits) + 40 + 1 + 2


def test_a_flood_of_saves_is_refused_with_the_time_to_wait() -> None:
    refuse_flood(standing(), NOON)
    refuse_flood(standing(earlier=NOON - timedelta(minutes=1)), NOON)
    with pytest.raises(TooOften) as refused:
        refuse_flood(standing(earlier=NOON - timedelta(seconds=45)), NOON)
    assert refused.value.retry_after_seconds == 15


def test_an_item_whose_journal_is_full_still_saves_but_slowly() -> None:
    _, entries = saved(["a"])
    full = standing(replace(entries[-1], journal_bytes=ITEM_JOURNAL_MAX_BYTES + 1))
    with pytest.raises(TooOften) as refused:
        refuse_flood(full, LATER + timedelta(seconds=1))
    assert refused.value.retry_after_seconds == SLOW_SAVE_S
    refuse_flood(full, LATER + timedelta(seconds=SLOW_SAVE_S))


def test_a_save_whose_edits_copy_more_than_one_may_is_broken_and_a_whole_tail_of_the_page_is_not() -> None:
    writer, entries = saved(["x" * 256 * 1024])
    before, here = state_of(entries[-1], SESSION.session_id, 1), standing(*entries)

    def tail(count: int) -> Save:
        edits = [
            f'{{"n":{2 + number},"at":0,"wall":0,"nonce":"","language":"python3","file":"","changes":[[9,10,"y"]]}}'
            for number in range(count)
        ]
        made = draft_sha256(*split(replay(before, edits[:1]).files))
        return replace(save_of(writer), edits=tuple(edits), head=head_after(before.head, edits), sha256=made)

    assert followed(tail(200), before, here).count == 201
    with pytest.raises(BrokenChain, match="work") as refused:
        followed(tail(300), before, here)
    assert refused.value.revision == 1


def lease(tab: int = 1) -> Lease:
    uuid = uuid4()
    return Lease(LeaseId(uuid), SESSION.session_id, type(uuid)(int=tab), f"tab {tab}", NOON, "ab", NOON)


def test_the_same_tab_gets_its_lease_again_and_another_one_only_by_taking_over() -> None:
    first, second = lease(1), lease(2)
    assert take(None, first, take_over=False) is first
    assert take(first, lease(1), take_over=False) is first
    with pytest.raises(HeldElsewhere) as refused:
        take(first, second, take_over=False)
    assert (refused.value.device, refused.value.taken_at) == ("tab 1", NOON)
    assert take(first, second, take_over=True) is second
