"""Replay: judge a recorded program once more, from the record and its file alone, and say what came out the same.

    1. make the program and the dataset again from the file
    2. judge, with the same procedure
    3. compare, case by case: output, verdict, time

Time is never the same twice, so it has a band. Whether the image is the recorded one is the caller's to see to, and to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from exams.ids import DatasetId
from exams.judging.canonical import plain
from exams.judging.commitment import commit, dataset_from
from exams.judging.judge import judge
from exams.judging.judgement import CaseResult, Judged, Undetermined
from exams.judging.record_file import RecordFile
from exams.tasks.dataset import Dataset
from sandbox import languages
from sandbox.runner import Program, Runner, SourceFile

TIME_BAND_PERCENT: Final = 50
"""Of the recorded CPU time. Measured with 15 busy processes on 2 cores: a program of 103 ms took up to 150 ms."""

TIME_BAND_MIN_US: Final = 50_000
"""A short program is mostly its interpreter's start: in the same measurement 15 to 30 ms, and more with a cold file cache."""


class NotReplayable(Exception):
    """The file does not hold what this record needs; the text says what."""


@dataclass(frozen=True, slots=True)
class ReplayedCase:
    """One case, then and now.

    `outputs_equal` and `time_in_band` are None where there is nothing to compare: a run that was ended from outside wrote as
    much as it happened to.
    """

    name: str
    outputs_equal: bool | None
    verdict_equal: bool
    time_in_band: bool | None
    was: str
    now: str

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return self.verdict_equal and self.outputs_equal is not False and self.time_in_band is not False


@dataclass(frozen=True, slots=True)
class Replayed:
    """A whole replay. `verdict_equal` is about verdict and score together; `differences` are what else is not as recorded."""

    verdict_equal: bool
    was: str
    now: str
    cases: tuple[ReplayedCase, ...]
    differences: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether outputs, verdicts and times are all as they were."""
        return self.verdict_equal and all(case.same for case in self.cases)


def program_of(facts: Mapping[str, Any], file: RecordFile) -> Program:
    """The program that a record is about. Raises `NotReplayable`."""
    language = languages.get(facts["source"]["language"])
    if language is None:
        raise NotReplayable(f"the language {facts['source']['language']} is no longer in the catalogue")
    try:
        return Program(
            language, tuple(SourceFile(one["name"], file.contents[one["sha256"]]) for one in facts["source"]["files"])
        )
    except KeyError as error:
        raise NotReplayable("the program is not in this file") from error


def dataset_of(facts: Mapping[str, Any], file: RecordFile) -> Dataset:
    """The dataset that a record's program was judged by, and no other. Raises `NotReplayable`."""
    outline = file.datasets.get(DatasetId(UUID(facts["dataset"]["dataset_id"])))
    if outline is None:
        raise NotReplayable("its dataset is not in this file")
    try:
        dataset = dataset_from(outline["settings"], outline["cases"], file.contents)
    except (KeyError, ValueError) as error:
        raise NotReplayable(f"its dataset cannot be made again: {error}") from error
    said = {name: value for name, value in facts["dataset"].items() if name != "dataset_id"}
    if plain(commit(dataset)) != said:
        raise NotReplayable("the dataset in this file is not the one that judged it")
    return dataset


async def replay(runner: Runner, facts: Mapping[str, Any], file: RecordFile) -> Replayed | Undetermined:
    """Judge again what a record (`record.facts_of`) is about. Raises `NotReplayable` and `SandboxError`."""
    judgement = await judge(runner, dataset_of(facts, file), program_of(facts, file))
    try:
        return judgement if isinstance(judgement, Undetermined) else compare(facts, judgement)
    except (KeyError, TypeError, AttributeError) as error:  # a chain may be whole and still hold what no judge wrote
        raise NotReplayable(f"the record lacks what every record has: {error!r}") from error


def compare(facts: Mapping[str, Any], judged: Judged) -> Replayed:
    """What is the same in a record and in a judgement of the same program by the same dataset, and what is not."""
    recorded = {case["name"]: case for case in facts["cases"]}
    replayed = {case.name: case for case in judged.cases}
    names = [*recorded, *(name for name in replayed if name not in recorded)]
    then = f"{facts['verdict']}, {facts['score']} of {facts['max_score']}"
    now = f"{judged.verdict}, {plain(judged.score)} of {plain(judged.max_score)}"
    environment, said = plain(judged.evidence), facts["environment"]
    differences = tuple(
        f"{name}: {said.get(name)} then, {environment.get(name)} now"
        for name in sorted({*said, *environment})
        if name in COMPARED and said.get(name) != environment.get(name)
    )
    return Replayed(
        verdict_equal=facts["verdict"] == judged.verdict and Decimal(facts["score"]) == judged.score,
        was=then,
        now=now,
        cases=tuple(_compare_case(name, recorded.get(name), replayed.get(name)) for name in names),
        differences=differences,
    )


COMPARED: Final = ("compile_argv", "compiler", "engine", "image", "isolation", "run_argv", "runtime", "supervisor")
"""What of the environment would explain a difference. The host is another machine, perhaps, and may be."""


def _compare_case(name: str, recorded: Mapping[str, Any] | None, replayed: CaseResult | None) -> ReplayedCase:
    if recorded is None or replayed is None:
        return ReplayedCase(
            name,
            None,
            False,
            None,
            "not run" if recorded is None else str(recorded["verdict"]),
            "not run" if replayed is None else str(replayed.verdict),
        )
    then = recorded["runs"][-1] if recorded["runs"] else None
    now = replayed.runs[-1] if replayed.runs else None
    ended_by_themselves = (
        then is not None and now is not None and then["ending"].startswith("exited") and now.ending.startswith("exited")
    )
    return ReplayedCase(
        name,
        then["output_sha256"] == now.output_sha256 if ended_by_themselves and then and now else None,
        recorded["verdict"] == replayed.verdict,
        is_in_band(recorded["cpu_time_us"], replayed.cpu_time_us),
        f"{recorded['verdict']} {recorded['cpu_time_us'] // 1000} ms",
        f"{replayed.verdict} {replayed.cpu_time_us // 1000} ms",
    )


def is_in_band(then_us: int, now_us: int) -> bool:
    """Whether two CPU times are as near to each other as two runs of one program are."""
    return abs(now_us - then_us) <= max(TIME_BAND_MIN_US, then_us * TIME_BAND_PERCENT // 100)
