"""Every verifier that others wrote accepts what is genuine, refuses what is not, and needs no network for it."""

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.interop.offline import run
from tests.interop.parcel import Parcel, pack
from tests.interop.verifiers import HERE, VERIFIERS, Verifier, node

NEEDED_FAULTS = {"changed-score", "changed-date", "other-key"}


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Parcel:
    demo = os.environ.get("INTEROP_DEMO")
    return pack(tmp_path_factory.mktemp("parcel"), Path(demo) if demo else None)


@pytest.mark.parametrize("verifier", VERIFIERS, ids=[verifier.name for verifier in VERIFIERS])
def test_it_accepts_what_is_genuine_and_nothing_else(
    verifier: Verifier, parcel: Parcel, record_property: Callable[[str, object], None]
) -> None:
    if missing := verifier.missing():
        pytest.skip(missing)
    answers = verifier.ask(parcel)
    cases = {case.name: case for case in parcel.with_carrier(verifier.carrier)}
    assert answers.keys() == cases.keys()
    expected = {name: case.fault is None or name in verifier.blind_to for name, case in cases.items()}
    assert {name: answer.accepted for name, answer in answers.items()} == expected, answers
    refused = [name for name, accepted in expected.items() if not accepted]
    assert set(refused) >= NEEDED_FAULTS
    accepted = [name for name, case in cases.items() if case.fault is None]
    record_property(
        "interop",
        {
            "name": verifier.name,
            "version": verifier.version(),
            "reads": verifier.reads,
            "accepted": accepted,
            "refused": refused,
            "blind": dict(verifier.blind_to),
        },
    )


def test_the_schema_of_open_badges_finds_nothing_wrong(parcel: Parcel) -> None:
    """Its licence keeps it out of the project: `OB3_SCHEMA` names a copy of ob_v3p0_achievementcredential_schema.json."""
    if "OB3_SCHEMA" not in os.environ:
        pytest.skip("1EdTech's JSON schema of Open Badges 3.0 may not be passed on: OB3_SCHEMA names no copy of it")
    program = [node(), str(HERE / "node" / "ob3_schema.mjs"), str(parcel.folder)]
    answers = [json.loads(line) for line in run(program, HERE).splitlines()]
    assert [answer for answer in answers if not answer["accepted"]] == []
    assert answers
