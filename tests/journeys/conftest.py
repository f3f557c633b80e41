"""The people of the journeys, signed in at one centre (`tests/fixtures/centre.py`)."""

from collections.abc import Generator

import pytest

from app.demo.centre import Centre
from app.demo.people import Candidate, Examiner, Proctor, Registrar
from tests.fixtures.centre import SCHEME


@pytest.fixture
def candidate(centre: Centre) -> Generator[Candidate]:
    """A signed-in candidate."""
    with Candidate(centre.url) as person:
        person.sign_in("candidate", centre.passwords["candidate"])
        yield person


@pytest.fixture
def other_candidate(centre: Centre) -> Generator[Candidate]:
    """Another signed-in candidate."""
    with Candidate(centre.url) as person:
        person.sign_in("candidate2", centre.passwords["candidate2"])
        yield person


@pytest.fixture
def examiner(centre: Centre) -> Generator[Examiner]:
    """The examiner who imports."""
    with Examiner(centre.url) as person:
        person.sign_in("examiner", centre.passwords["examiner"])
        yield person


@pytest.fixture
def second_examiner(centre: Centre) -> Generator[Examiner]:
    """The examiner who publishes."""
    with Examiner(centre.url) as person:
        person.sign_in("examiner2", centre.passwords["examiner2"])
        yield person


@pytest.fixture
def proctor(centre: Centre) -> Generator[Proctor]:
    """A signed-in proctor."""
    with Proctor(centre.url) as person:
        person.sign_in("proctor", centre.passwords["proctor"])
        yield person


@pytest.fixture
def registrar(centre: Centre) -> Generator[Registrar]:
    """A signed-in registrar."""
    with Registrar(centre.url) as person:
        person.sign_in("registrar", centre.passwords["registrar"])
        yield person


@pytest.fixture
def session_id(candidate: Candidate) -> Generator[str]:
    """A new session of the candidate in which the clock runs; it is finished afterwards, so that the next one can be opened.

    What a test that failed left running is finished first. What it left unstarted cannot be, and is as good as a new one.
    """
    if (left := candidate.unfinished(SCHEME)) is not None:
        candidate.client.post(f"/sessions/{left}/finish")
    opened = candidate.open_session(SCHEME)
    candidate.start(opened)
    yield opened
    candidate.client.post(f"/sessions/{opened}/finish")
