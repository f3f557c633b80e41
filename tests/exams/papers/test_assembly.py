"""A paper follows its blueprint or does not come to be."""

from dataclasses import replace
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.errors import NotEligible
from exams.ids import DatasetId, SchemeId, TaskId
from exams.papers.assembly import PublishedTask, assemble
from exams.papers.blueprint import BlueprintRow, Scheme

SCHEME = Scheme(
    scheme_id=SchemeId(uuid4()),
    code="junior",
    names={"en": "Junior", "ru": "Младший"},
    descriptions={},
    duration_minutes=60,
    cut_score_percent=60,
    languages=("python3", "cpp"),
    blueprint=(BlueprintRow(1, "strings", 30), BlueprintRow(2, "algorithms", 40), BlueprintRow(3, "strings", 30)),
)


def task(short_name: str, area: str, *languages: str) -> PublishedTask:
    return PublishedTask(TaskId(uuid4()), DatasetId(uuid4()), short_name, area, languages or ("python3",))


BANK = [task("a", "strings"), task("b", "strings"), task("c", "strings"), task("d", "algorithms"), task("e", "algorithms")]


@given(st.integers(0, 2**64 - 1), st.permutations(BANK))
def test_the_same_seed_gives_the_same_paper_in_whatever_order_the_tasks_come(seed: int, shuffled: list[PublishedTask]) -> None:
    assert assemble(SCHEME, BANK, seed) == assemble(SCHEME, shuffled, seed)


@given(st.integers(0, 2**64 - 1))
def test_each_row_gets_a_task_of_its_area_and_no_task_comes_twice(seed: int) -> None:
    choices = assemble(SCHEME, BANK, seed)
    areas = {one.task_id: one.content_area for one in BANK}
    assert [(choice.position, areas[choice.task_id], choice.points) for choice in choices] == [
        (row.position, row.content_area, row.points) for row in SCHEME.blueprint
    ]
    assert len({choice.task_id for choice in choices}) == len(choices)


def test_seeds_reach_every_task_of_an_area() -> None:
    drawn = {choice.task_id for seed in range(100) for choice in assemble(SCHEME, BANK, seed)}
    assert drawn == {one.task_id for one in BANK}


@pytest.mark.parametrize("missing", ["strings", "algorithms"])
def test_no_paper_is_set_when_a_row_has_no_task(missing: str) -> None:
    with pytest.raises(NotEligible, match=missing):
        assemble(SCHEME, [one for one in BANK if one.content_area != missing], 1)


def test_no_paper_is_set_when_an_area_has_too_few_tasks_for_its_rows() -> None:
    with pytest.raises(NotEligible):
        assemble(SCHEME, [BANK[0], BANK[3]], 1)


def test_a_task_that_allows_none_of_the_schemes_languages_is_never_chosen() -> None:
    odd = [task("x", "algorithms", "fortran"), BANK[0], BANK[1]]
    with pytest.raises(NotEligible):
        assemble(SCHEME, odd, 1)


def test_an_empty_blueprint_gives_no_paper() -> None:
    with pytest.raises(NotEligible):
        assemble(replace(SCHEME, blueprint=()), BANK, 1)


def test_a_scheme_tells_its_name_in_the_language_asked_for_else_in_english_else_its_code() -> None:
    assert [SCHEME.name("ru"), SCHEME.name("kk"), replace(SCHEME, names={}).name("kk")] == ["Младший", "Junior", "junior"]
    assert SCHEME.max_points == 100
