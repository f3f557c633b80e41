"""Judging records: what they bind, and that nobody changes, removes or moves one unseen."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.ids import DatasetId, SessionId, SubmissionId
from exams.judging.canonical import canonical, read_canonical, sha256
from exams.judging.commitment import (
    Commitment,
    cases_of,
    commit,
    contents_of,
    dataset_from,
    prove_case,
    proves_case,
    settings_of,
)
from exams.judging.judgement import CaseResult, GroupResult, Judged, RunFacts
from exams.judging.record import Record, Subject, faults_of, first_link, next_link, read_record, root_of, write_record
from exams.judging.verdict import Verdict
from exams.tasks.dataset import (
    Aggregation,
    CheckerOptions,
    Dataset,
    JudgingKind,
    TestCase,
    TestGroup,
    Validator,
    ValidatorFile,
    ValidatorScore,
)
from sandbox import languages
from sandbox.limits import Limits
from sandbox.runner import Program, SourceFile

AT = datetime(2026, 3, 2, 12, 0, 5, 250, tzinfo=UTC)
SESSION = SessionId(UUID("0d5b7f52-2f6e-4a3e-9a7e-54c1f5a0c001"))


def a_dataset() -> Dataset:
    """Two samples, two groups, a third of the points that no decimal writes exactly."""
    third = Decimal(100) / 3
    inner = TestGroup(
        "secret/small",
        Aggregation.MIN,
        third,
        third,
        True,
        (TestCase("secret/small/1", b"4 5\n", b"9\n"), TestCase("secret/small/2", b"0 0\n", b"0\n")),
        (),
    )
    secret = TestGroup(
        "secret", Aggregation.SUM, Decimal(100), Decimal("0.5"), False, (TestCase("secret/1", b"\xff\0", b"9\n"),), (inner,)
    )
    return Dataset(
        JudgingKind.DEFAULT,
        CheckerOptions(float_absolute_tolerance=1e-6),
        1000,
        256,
        8192,
        (TestCase("sample/1", b"1 2\n", b"3\n"), TestCase("sample/2", b"", b"")),
        secret,
    )


def a_judgement(verdict: Verdict = Verdict.AC) -> Judged:
    """What `judge` would give, with two runs of its only case."""
    run = RunFacts("exited 0", 9822, 10240, 9008, sha256(b"3\n"), 2, "accepted", run_delay_us=31)
    case = CaseResult(
        "sample/1", verdict, 9822, 10240, 9008, "", "", None, sha256(b"1 2\n"), sha256(b"3\n"), (run, replace(run, quiet=True))
    )
    return Judged(
        verdict,
        Decimal("33.3300"),
        Decimal(100),
        (case,),
        (GroupResult("secret", verdict, Decimal("33.33"), Decimal(100)),),
        "warning: unused",
        {"engine": "scripted", "image": "sha256:00", "compiler": "none", "host": {"cores": "2"}, "weaknesses": ()},
    )


def a_subject(session_id: SessionId = SESSION) -> Subject:
    """A program in one file."""
    language = languages.get("python3")
    assert language is not None
    return Subject(
        session_id,
        SubmissionId(uuid4()),
        DatasetId(uuid4()),
        Program(language, (SourceFile("main.py", b"print(3)\n"),)),
        commit(a_dataset()),
        Limits(1000, 256),
    )


def a_chain(length: int, session_id: SessionId = SESSION) -> list[bytes]:
    """The documents of a session's records."""
    link = first_link(session_id)
    chain: list[Record] = []
    for number in range(length):
        chain.append(write_record(a_subject(session_id), a_judgement(list(Verdict)[number % 7]), link, AT))
        link = next_link(chain[-1])
    return [one.document for one in chain]


def test_a_record_says_what_was_judged_how_and_with_what_result() -> None:
    subject = a_subject()
    record = write_record(subject, a_judgement(), first_link(SESSION), AT)
    facts = read_canonical(record.document)
    assert facts["schema"] == "sarap-judging-record/1"
    assert facts["position"] == 1
    assert facts["previous_sha256"] == sha256(b"0d5b7f52-2f6e-4a3e-9a7e-54c1f5a0c001")
    assert facts["judged_at"] == "2026-03-02T12:00:05.000250Z"
    assert facts["source"] == {
        "language": "python3",
        "files": [{"name": "main.py", "bytes": 9, "sha256": sha256(b"print(3)\n")}],
    }
    assert facts["dataset"]["cases_root"] == subject.commitment.cases_root
    assert facts["limits"] == {"cpu_time_ms": 1000, "memory_mib": 256, "output_kib": 8192, "processes": 64}
    assert facts["environment"]["host"] == {"cores": "2"}
    assert facts["compile_log_sha256"] == sha256(b"warning: unused")
    assert (facts["verdict"], facts["score"], facts["max_score"]) == ("AC", "33.33", "100")
    assert facts["cases"][0]["runs"][0] == {
        "ending": "exited 0",
        "cpu_time_us": 9822,
        "wall_time_us": 10240,
        "memory_kib": 9008,
        "output_sha256": sha256(b"3\n"),
        "output_bytes": 2,
        "checker": "accepted",
        "quiet": False,
        "stolen_us": 0,
        "run_delay_us": 31,
        "slowdown_percent": 0,
        "page_fault_us": 0,
        "disk_read_kib": 0,
    }
    assert facts["cases"][0]["runs"][1]["quiet"] is True


def test_a_record_is_read_back_as_it_was_written() -> None:
    record = write_record(a_subject(), a_judgement(), first_link(SESSION), AT)
    assert read_record(record.document) == record


def test_a_record_in_another_spelling_or_form_is_none() -> None:
    document = write_record(a_subject(), a_judgement(), first_link(SESSION), AT).document
    spaced = document.replace(b'"schema":', b'"schema": ')
    other = document.replace(b"sarap-judging-record/1", b"sarap-judging-record/2")
    for wrong in (spaced, other, b"", b"{}", b"[1]", b"\xff", document[:-1], document + b"\n", b"null"):
        with pytest.raises(ValueError, match="not a"):
            read_record(wrong)


@pytest.mark.parametrize("length", [0, 1, 2, 9])
def test_a_whole_chain_has_no_faults(length: int) -> None:
    assert faults_of(SESSION, a_chain(length)) == []


def test_a_chain_says_which_record_is_wrong_and_what_is_wrong_with_it() -> None:
    chain = a_chain(3)
    assert faults_of(SESSION, [chain[0], chain[2]]) == [
        "record 2: says that it is number 3",
        "record 2: does not follow record 1, which was changed, removed or moved",
    ]
    changed = chain[0].replace(b'"verdict":"AC"', b'"verdict":"WA"')
    assert faults_of(SESSION, [changed, *chain[1:]]) == [
        "record 2: does not follow record 1, which was changed, removed or moved"
    ]
    other = SessionId(uuid4())
    assert faults_of(other, chain[:1]) == [
        f"record 1: belongs to session {SESSION}",
        "record 1: does not follow the session's id, which was changed, removed or moved",
    ]


CHAIN = a_chain(6)


@given(st.permutations(range(len(CHAIN))), st.integers(0, 2))
def test_records_that_are_moved_or_removed_are_found(order: list[int], missing: int) -> None:
    kept = [CHAIN[place] for place in order[missing:]]
    whole = order[missing:] == list(range(len(kept)))
    assert (faults_of(SESSION, kept) == []) == whole
    assert (root_of(kept) == root_of(CHAIN)) == (order == list(range(len(CHAIN))) and not missing)


@given(st.integers(0, len(CHAIN) - 1), st.data())
def test_any_change_of_a_byte_is_found(place: int, data: st.DataObject) -> None:
    document = bytearray(CHAIN[place])
    document[data.draw(st.integers(0, len(document) - 1))] ^= data.draw(st.integers(1, 255))
    changed: Sequence[bytes] = [*CHAIN[:place], bytes(document), *CHAIN[place + 1 :]]
    # The newest record has none after it: what shows its change is the root, which others keep.
    assert faults_of(SESSION, changed) or place == len(CHAIN) - 1
    assert root_of(changed) != root_of(CHAIN)


def test_a_dataset_is_made_again_from_its_parts_exactly() -> None:
    dataset = a_dataset()
    settings = msgspec.json.decode(canonical(settings_of(dataset)))
    cases = msgspec.json.decode(canonical(cases_of(dataset)))
    assert dataset_from(settings, cases, contents_of(dataset)) == dataset


def test_a_dataset_with_a_validator_is_made_again_too_and_its_files_are_bound() -> None:
    def with_validator(content: bytes, *arguments: str) -> Dataset:
        validator = Validator("python3", (ValidatorFile("validate.py", content),), 3, ValidatorScore.BY_CASE)
        sample = replace(a_dataset().samples[0], validator_arguments=arguments)
        return replace(a_dataset(), kind=JudgingKind.MULTI_PASS, samples=(sample,), validator=validator)

    dataset = with_validator(b"import sys\n", "--strict")
    settings = msgspec.json.decode(canonical(settings_of(dataset)))
    cases = msgspec.json.decode(canonical(cases_of(dataset)))
    assert b"import sys\n" in contents_of(dataset).values()
    assert dataset_from(settings, cases, contents_of(dataset)) == dataset
    others = (with_validator(b"import os\n", "--strict"), with_validator(b"import sys\n"), replace(dataset, validator=None))
    assert len({commit(one) for one in (dataset, *others)}) == 4


def test_what_is_missing_or_no_dataset_is_refused() -> None:
    dataset = a_dataset()
    settings, cases, contents = settings_of(dataset), cases_of(dataset), contents_of(dataset)
    with pytest.raises(KeyError):
        dataset_from(settings, cases, {})
    with pytest.raises(KeyError):
        dataset_from(settings, cases[1:], contents)
    with pytest.raises(ValueError, match="not a dataset"):
        dataset_from(settings | {"kind": "oracle"}, cases, contents)


def changes(dataset: Dataset) -> dict[str, Dataset]:
    """The dataset with one thing changed, for each thing that decides how it judges."""
    first, second = dataset.samples
    secret = dataset.secret
    return {
        "kind": replace(dataset, kind=JudgingKind.CUSTOM),
        "checker": replace(dataset, checker=replace(dataset.checker, case_sensitive=True)),
        "tolerance": replace(dataset, checker=replace(dataset.checker, float_absolute_tolerance=1e-5)),
        "time": replace(dataset, cpu_time_ms=1001),
        "memory": replace(dataset, memory_mib=255),
        "output": replace(dataset, output_kib=1),
        "an input": replace(dataset, samples=(replace(first, input=b"1 3\n"), second)),
        "an answer": replace(dataset, samples=(replace(first, answer=b"4\n"), second)),
        "a name": replace(dataset, samples=(replace(first, name="sample/one"), second)),
        "order": replace(dataset, samples=(second, first)),
        "one less": replace(dataset, samples=(first,)),
        "sample made secret": replace(dataset, samples=(first,), secret=replace(secret, cases=(second, *secret.cases))),
        "aggregation": replace(dataset, secret=replace(secret, aggregation=Aggregation.MIN)),
        "points": replace(dataset, secret=replace(secret, max_score=Decimal(99))),
        "stops": replace(dataset, secret=replace(secret, stop_at_failure=True)),
    }


@pytest.mark.parametrize("what", changes(a_dataset()))
def test_nothing_that_decides_how_a_dataset_judges_changes_unseen(what: str) -> None:
    assert commit(changes(a_dataset())[what]) != commit(a_dataset())


def test_one_case_is_shown_and_proved_without_the_others() -> None:
    dataset = a_dataset()
    commitment = commit(dataset)
    for case in (*dataset.samples, *dataset.secret.all_cases()):
        shown, proof = prove_case(dataset, case.name)
        assert shown["input"] == {"bytes": len(case.input), "sha256": sha256(case.input)}
        assert shown["sample"] is case.name.startswith("sample/")
        assert proves_case(commitment.cases_root, shown, proof)
        assert not proves_case(commitment.cases_root, shown | {"sample": not shown["sample"]}, proof)
        assert not proves_case(commit(changes(dataset)["an answer"]).cases_root, shown, proof)
    with pytest.raises(KeyError):
        prove_case(dataset, "secret/nowhere")


def test_a_commitment_counts_all_cases_and_shows_no_content() -> None:
    commitment = commit(a_dataset())
    assert commitment.case_count == 5
    assert isinstance(commitment, Commitment)
    assert b"4 5" not in canonical([settings_of(a_dataset()), cases_of(a_dataset())])


@given(st.dictionaries(st.text(), st.one_of(st.integers(-(2**53) + 1, 2**53 - 1), st.text(), st.booleans(), st.none())))
def test_a_document_has_one_spelling(value: dict[str, object]) -> None:
    shuffled = list(value.items())
    random.Random(1).shuffle(shuffled)
    document = canonical(dict(shuffled))
    assert document == canonical(value)
    assert read_canonical(document) == value


def test_a_hash_of_a_session_is_the_same_everywhere() -> None:
    """Held fast: another hash would make every chain that was ever written a broken one."""
    assert first_link(SESSION).previous_sha256.hex() == "95f187088ed6b90d0df2af9802207b49105783a6babfcdf3d16cb2a4982495e8"
