"""What candidates see, and how a dataset is kept."""

from uuid import uuid4

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.ids import TaskId
from exams.tasks.dataset import Aggregation, TestCase, TestGroup
from exams.tasks.store import GroupOutline
from exams.tasks.task import Task


@pytest.mark.parametrize(
    ("names", "language", "name"),
    [
        ({"kk": "Қосынды", "en": "Sum"}, "kk", "Қосынды"),
        ({"kk": "Қосынды", "en": "Sum"}, "ru", "Sum"),
        ({"sv": "Summa"}, "kk", "Summa"),
        ({}, "kk", "sum"),
    ],
)
def test_a_task_always_has_a_name(names: dict[str, str], language: str, name: str) -> None:
    task = Task(TaskId(uuid4()), "sum", 1, names, {}, (), "arithmetic", (), 1000, 256)
    assert task.name(language) == name


scores = st.decimals(0, 1000, places=4)


@st.composite
def a_tree(draw: st.DrawFn, name: str = "secret", depth: int = 0) -> TestGroup:
    """A group with cases, or with groups in it."""
    cases = [TestCase(f"{name}/case{number}", b"in", b"out") for number in range(draw(st.integers(0, 3)))]
    below = draw(st.integers(0, 2)) if depth < 2 else 0
    groups = [draw(a_tree(f"{name}/group{number}", depth + 1)) for number in range(below)]
    aggregation, most, each = draw(st.sampled_from(Aggregation)), draw(scores), draw(scores)
    return TestGroup(name, aggregation, most, each, draw(st.booleans()), tuple(cases), tuple(groups))


@given(a_tree())
def test_a_tree_of_groups_comes_back_from_json_as_it_went_in(group: TestGroup) -> None:
    kept = msgspec.json.decode(msgspec.json.encode(GroupOutline.of(group)), type=GroupOutline)
    assert kept.filled({case.name: case for case in group.all_cases()}) == group
