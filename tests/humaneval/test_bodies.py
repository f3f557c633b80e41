"""HumanEvalPack: in six languages each task's right body is accepted and its wrong body is not."""

import asyncio
import hashlib
from decimal import Decimal
from typing import Final

import pytest

from exams.judging.judgement import Judged
from exams.judging.verdict import Verdict
from exams.tasks.dataset import Aggregation, CheckerOptions, Dataset, JudgingKind, TestCase, TestGroup
from sandbox.docker_runner import DockerRunner
from tests.fixtures.docker import SLOTS
from tests.fixtures.patient import judge
from tests.humaneval.assembly import FILES, FOLDER, RUST_CRATES, STOOD_IN, Row, program, rows

TASKS: Final = 41
BODIES: Final = ("canonical_solution", "buggy_solution")
REFUSED: Final = {
    "Go/9": "it calls math.Max with a slice",
    "Go/10": "it takes the package strings for a value",
}
"""Wrong bodies that are no programs of their language."""
WORDS: Final = ("boost/any.hpp", "EncodeCyclic(", "IsPalindrome(", "Poly(", "md5::", "rand::", "regex::")
"""What a program cannot have from the row alone or from an image."""


def given(code: str) -> tuple[Row, ...]:
    """The rows of a language; without the folder its tests are skipped."""
    if not FOLDER.is_dir():
        pytest.skip(f"{FOLDER} is not on this machine")
    return rows(code)


def sealed(row: Row) -> Dataset:
    """One case: the program is given a seal and must write it."""
    seal = hashlib.sha256(row["task_id"].encode()).hexdigest().encode()
    group = TestGroup("secret", Aggregation.PASS_FAIL, Decimal(1), Decimal(1), True, (TestCase("secret/1", seal, seal),), ())
    return Dataset(JudgingKind.DEFAULT, CheckerOptions(case_sensitive=True), 2000, 256, 64, (), group)


async def verdicts(runner: DockerRunner, code: str) -> dict[tuple[str, str], Verdict]:
    """The verdict of every body of a language, by task and body."""
    free = asyncio.Semaphore(SLOTS)

    async def verdict(row: Row, body: str) -> Verdict:
        async with free:
            judgement = await judge(runner, sealed(row), program(code, row, row[body]))
        assert isinstance(judgement, Judged), (row["task_id"], judgement)
        return judgement.verdict

    asked = [(row, body) for row in given(code) for body in BODIES]
    found = await asyncio.gather(*(verdict(row, body) for row, body in asked))
    return {(row["task_id"], body): one for (row, body), one in zip(asked, found, strict=True)}


@pytest.mark.docker
@pytest.mark.parametrize("code", FILES)
async def test_right_bodies_are_accepted_and_wrong_bodies_are_not(code: str, docker_runner: DockerRunner) -> None:
    found = await verdicts(docker_runner, code)
    assert len(found) == TASKS * len(BODIES)
    right = {task: verdict for (task, body), verdict in found.items() if body == "canonical_solution"}
    wrong = {task: verdict for (task, body), verdict in found.items() if body == "buggy_solution"}
    assert {task: verdict for task, verdict in right.items() if verdict is not Verdict.AC} == {}
    assert [task for task, verdict in wrong.items() if verdict is Verdict.AC] == []
    # A wrong body that does not even compile proves nothing of the unit tests.
    refused = {task for task, verdict in wrong.items() if verdict is Verdict.CE}
    assert refused == {task for task in wrong if task in REFUSED}


def test_the_rows_that_need_a_stand_in_are_these() -> None:
    needs = {
        row["task_id"]: word
        for code in FILES
        for row in given(code)
        for word in WORDS
        if word in (text := text_of(row)) and f"func {word}" not in text
    }
    assert needs == STOOD_IN


def text_of(row: Row) -> str:
    """All code of a row, without the lines that every Rust row begins with, whether it uses them or not."""
    return "".join([RUST_CRATES.sub("", row["declaration"]), *(row[body] for body in BODIES), row["test"]])
