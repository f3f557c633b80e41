"""What candidates complained of in other exam systems: each of twenty complaints has a test that is named for it.

`grep -rn complaint_12 tests` finds where one is kept.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path
from typing import Final

import pytest

TESTS: Final = Path(__file__).parents[1]

COMPLAINTS: Final = {
    1: "a save failed; after a reload the text was shown and never sent",
    2: "what was to be sent again waited for the live channel",
    3: "ticks said saved, and the answers were lost",
    4: "after a long time without a line people sent their work by mail",
    5: "connections broke, and an old program was graded",
    6: "sixty minutes in the place of ninety, and then a forced hand-in",
    7: "the start was moved, and some saw the questions early",
    8: "a changed device clock opened the exam early and let people write late",
    9: "a clock five minutes slow threw a candidate out",
    10: "let in one after the other, and put out together",
    11: "time could not be given to everybody at once",
    12: "half a minute without a line cost half an hour",
    13: "who got up because the telephone rang was suspended",
    14: "far from the server everything came late, on a small screen",
    15: "after a lost network the locked-down browser put the candidate out",
    16: "a new build of the locked-down browser had a key that nobody knew, and everybody was stuck",
    17: "an old tab blanked the answers",
    18: "the session ended in an error state and began again from nothing",
    19: "a herd at the start was bounced, or got fewer questions",
    20: "flags for people with disabilities, and an editor that keeps the keyboard",
}
"""Number, and what happened there."""


def named_tests() -> dict[int, list[ast.FunctionDef | ast.AsyncFunctionDef]]:
    """The tests by the number of the complaint in their name."""
    found: defaultdict[int, list[ast.FunctionDef | ast.AsyncFunctionDef]] = defaultdict(list)
    for path in TESTS.rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                named = re.match(r"test_complaint_(\d+)_", node.name)
                if named:
                    found[int(named[1])].append(node)
    return found


NAMED: Final = named_tests()


def test_every_number_is_a_complaint() -> None:
    assert set(NAMED) == set(COMPLAINTS)


@pytest.mark.parametrize("number", COMPLAINTS, ids=lambda number: f"{number}: {COMPLAINTS[number]}")
def test_a_complaint_has_a_test_that_is_run_and_can_fail(number: int) -> None:
    assert NAMED[number]
    for test in NAMED[number]:
        decorated = " ".join(ast.unparse(one) for one in test.decorator_list)
        assert "skip" not in decorated
        assert "xfail" not in decorated
        asserts = any(isinstance(node, ast.Assert) for node in ast.walk(test))
        expects = any(isinstance(node, ast.Call) and "expect" in ast.unparse(node.func) for node in ast.walk(test))
        raises = "pytest.raises" in ast.unparse(test)
        assert asserts or expects or raises, test.name
