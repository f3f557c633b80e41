"""What a page may report, and what follows from its silence."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import InvalidInput, SessionClosed, SessionNotStarted, TooOften
from exams.ids import AccountId, PaperId, SchemeId, SessionId
from exams.proctoring.observation import (
    BATCH_MAX_OBSERVATIONS,
    DERIVED,
    LATE_OBSERVATIONS_S,
    OBSERVATIONS_PER_MINUTE_MAX,
    ObservationKind,
    Report,
    observe,
)
from exams.proctoring.presence import HERE_S, SILENT_S, Presence, gap, presence
from exams.proctoring.snapshot import SNAPSHOT_MIN_GAP_S
from exams.sessions.session import SealReason, Session

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=10)
SESSION = Session(
    session_id=SessionId(uuid4()),
    scheme_id=SchemeId(uuid4()),
    paper_id=PaperId(uuid4()),
    candidate_id=AccountId(uuid4()),
    opened_at=NOON,
    consented_at=NOON,
    camera_consent=True,
    started_at=NOON,
    allotted_seconds=3600,
    sealed_at=None,
    seal_reason=None,
)


def test_a_page_that_does_what_it_was_made_for_is_seen_as_here_and_breaks_no_limit() -> None:
    page = (Path(__file__).parents[3] / "app/frontend/exam/observers.ts").read_text("utf-8")
    does = {
        name: int(number.replace("_", "")) for name, number in re.findall(r"^const ([A-Z_]+) = ([0-9_]+);", page, re.MULTILINE)
    }
    assert does["HEARTBEAT_MS"] < HERE_S * 1000
    assert does["BATCH_MAX"] <= BATCH_MAX_OBSERVATIONS
    assert min(does["SNAPSHOT_EVERY_MS"], does["SNAPSHOT_RESEND_GAP_MS"]) > SNAPSHOT_MIN_GAP_S * 1000


def test_a_paste_tells_its_length() -> None:
    (seen,) = observe(SESSION, [Report("paste", LATER, length=120)], 0, LATER)
    assert (seen.kind, seen.detail, seen.received_at) == (ObservationKind.PASTE, {"length": 120}, LATER)


@pytest.mark.parametrize(
    ("report", "field", "reason"),
    [
        (Report("shouted"), "kind", "unknown"),
        (Report("disconnected"), "kind", "unknown"),
        (Report("connected"), "kind", "unknown"),
        (Report("paste"), "length", "missing"),
        (Report("paste", length=-1), "length", "out-of-range"),
        (Report("focus_lost", length=3), "length", "not-of-this-kind"),
        (Report("camera_on", reason="denied"), "reason", "not-of-this-kind"),
        (Report("camera_off", reason="the candidate looked away"), "reason", "unknown"),
        (Report("focus_lost", datetime(2026, 3, 2, 12, 0)), "client_time", "no-time-zone"),  # noqa: DTZ001 - the fault itself
    ],
)
def test_a_report_that_is_not_a_page_s_to_make_is_refused(report: Report, field: str, reason: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        observe(SESSION, [Report("focus_lost"), report], 0, LATER)
    assert (refused.value.field, refused.value.reason) == (field, reason)


def test_a_candidate_s_clock_may_be_wrong_by_years_and_nonsense_is_left_out() -> None:
    wrong, nonsense = LATER - timedelta(days=900), datetime(1, 1, 2, tzinfo=UTC)
    seen = observe(SESSION, [Report("focus_lost", wrong), Report("focus_gained", nonsense)], 0, LATER)
    assert [one.client_time for one in seen] == [wrong, None]


def test_a_batch_over_the_limit_is_refused() -> None:
    with pytest.raises(InvalidInput, match="too-many"):
        observe(SESSION, [Report("focus_lost")] * (BATCH_MAX_OBSERVATIONS + 1), 0, LATER)


def test_a_flood_is_refused_but_a_heartbeat_always_passes() -> None:
    with pytest.raises(TooOften):
        observe(SESSION, [Report("focus_lost")], OBSERVATIONS_PER_MINUTE_MAX, LATER)
    assert observe(SESSION, [], OBSERVATIONS_PER_MINUTE_MAX, LATER) == ()


def test_before_the_start_nothing_is_observed() -> None:
    with pytest.raises(SessionNotStarted):
        observe(replace(SESSION, started_at=None), [], 0, LATER)


@pytest.mark.parametrize(
    "session", [SESSION, replace(SESSION, sealed_at=NOON + timedelta(hours=1), seal_reason=SealReason.FINISHED)]
)
def test_what_a_page_kept_while_offline_is_taken_for_ten_minutes_after_the_end(session: Session) -> None:
    end = NOON + timedelta(hours=1)
    observe(session, [Report("focus_lost")], 0, end + timedelta(seconds=LATE_OBSERVATIONS_S))
    with pytest.raises(SessionClosed):
        observe(session, [Report("focus_lost")], 0, end + timedelta(seconds=LATE_OBSERVATIONS_S + 1))


@given(st.sampled_from(ObservationKind), st.none() | st.integers(), st.none() | st.text())
def test_no_text_of_a_candidate_is_ever_kept(kind: ObservationKind, length: int | None, reason: str | None) -> None:
    try:
        (seen,) = observe(SESSION, [Report(kind, None, length, reason)], 0, LATER)
    except InvalidInput:
        return
    assert kind not in DERIVED
    assert all(isinstance(value, int) or value in {"denied", "not_found", "ended", "failed"} for value in seen.detail.values())


@given(st.floats(min_value=0, max_value=1e6))
def test_presence_follows_from_silence_alone(seconds: float) -> None:
    stands = presence(NOON, NOON + timedelta(seconds=seconds))
    silence = timedelta(seconds=seconds).total_seconds()
    expected = (
        Presence.HERE if silence <= 5 else Presence.SLOW if silence <= 10 else Presence.LATE if silence <= 15 else Presence.LOST
    )
    assert stands is expected


def test_a_page_that_was_never_heard_is_not_called_lost() -> None:
    assert presence(None, NOON) is Presence.NEVER


def test_a_silence_becomes_an_observation_with_its_length_when_the_page_is_back() -> None:
    assert [one.kind for one in gap(SESSION.session_id, None, NOON)] == [ObservationKind.CONNECTED]
    assert gap(SESSION.session_id, NOON, NOON + timedelta(seconds=SILENT_S)) == ()
    silence, back = gap(SESSION.session_id, NOON, NOON + timedelta(seconds=42, milliseconds=900))
    assert (silence.kind, silence.detail) == (ObservationKind.DISCONNECTED, {"seconds": 42})
    assert back.kind is ObservationKind.CONNECTED
