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

LANGUAGES = ("python3", "cpp")

SCHEME = Scheme(
    scheme_id=SchemeId(uuid4()),
    code="junior",
    names={"en": "Junior", "ru": "Младший"},
    descriptions={},
    duration_minutes=60,
    cut_score_percent=60,
    languages=LANGUAGES,
    blueprint=(BlueprintRow(1, "strings", 30), BlueprintRow(2, "algorithms", 40), BlueprintRow(3, "strings", 30)),
)


def task(short_name: str, area: str, *languages: str) -> PublishedTask:
    return PublishedTask(TaskId(uuid4()), DatasetId(uuid4()), short_name, area, languages or ("python3",))


BANK = [task("a", "strings"), task("b", "strings"), task("c", "strings"), task("d", "algorithms"), task("e", "algorithms")]


@given(st.integers(0, 2**64 - 1), st.permutations(BANK))
def test_the_same_seed_gives_the_same_paper_in_whatever_order_the_tasks_come(seed: int, shuffled: list[PublishedTask]) -> None:
    assert assemble(SCHEME, BANK, LANGUAGES, seed) == assemble(SCHEME, shuffled, LANGUAGES, seed)


@given(st.integers(0, 2**64 - 1))
def test_each_row_gets_a_task_of_its_area_and_no_task_comes_twice(seed: int) -> None:
    choices = assemble(SCHEME, BANK, LANGUAGES, seed)
    areas = {one.task_id: one.content_area for one in BANK}
    assert [(choice.position, areas[choice.task_id], choice.points) for choice in choices] == [
        (row.position, row.content_area, row.points) for row in SCHEME.blueprint
    ]
    assert len({choice.task_id for choice in choices}) == len(choices)


def test_seeds_reach_every_task_of_an_area() -> None:
    drawn = {choice.task_id for seed in range(100) for choice in assemble(SCHEME, BANK, LANGUAGES, seed)}
    assert drawn == {one.task_id for one in BANK}


@pytest.mark.parametrize("missing", ["strings", "algorithms"])
def test_no_paper_is_set_when_a_row_has_no_task(missing: str) -> None:
    with pytest.raises(NotEligible, match=missing):
        assemble(SCHEME, [one for one in BANK if one.content_area != missing], LANGUAGES, 1)


def test_no_paper_is_set_when_an_area_has_too_few_tasks_for_its_rows() -> None:
    with pytest.raises(NotEligible):
        assemble(SCHEME, [BANK[0], BANK[3]], LANGUAGES, 1)


def test_a_task_that_allows_none_of_the_schemes_languages_is_never_chosen() -> None:
    odd = [task("x", "algorithms", "fortran"), BANK[0], BANK[1]]
    with pytest.raises(NotEligible):
        assemble(SCHEME, odd, LANGUAGES, 1)


def test_an_empty_blueprint_gives_no_paper() -> None:
    with pytest.raises(NotEligible):
        assemble(replace(SCHEME, blueprint=()), BANK, LANGUAGES, 1)


def test_a_scheme_tells_its_name_in_the_language_asked_for_else_in_english_else_its_code() -> None:
    assert [SCHEME.name("ru"), SCHEME.name("kk"), replace(SCHEME, names={}).name("kk")] == ["Младший", "Junior", "junior"]
    assert SCHEME.max_points == 100


def test_a_task_is_chosen_for_the_languages_that_may_be_used_now_and_for_no_others() -> None:
    scheme = replace(SCHEME, blueprint=(BlueprintRow(1, "strings", 30),))
    bank = [task("old", "strings", "python3"), task("new", "strings", "python3", "cpp")]
    drawn = {assemble(scheme, bank, ("cpp",), seed)[0].task_id for seed in range(20)}
    assert drawn == {bank[1].task_id}
    with pytest.raises(NotEligible):
        assemble(scheme, bank[:1], ("cpp",), 1)
