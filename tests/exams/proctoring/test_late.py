"""What a late text changed, as the person sees it who decides."""

import difflib

import pytest

from exams.proctoring.late import COMPARED_MAX_LINES, difference

MANY = [f"line {number}" for number in range(COMPARED_MAX_LINES + 1)]


def taken_apart(shown: tuple[tuple[str, str], ...]) -> tuple[list[str], list[str]]:
    """The lines before and after, as far as they are shown."""
    before = [line for kind, line in shown if kind in " -"]
    return before, [line for kind, line in shown if kind in " +"]


def test_a_difference_shows_what_was_added_and_removed_with_three_lines_around() -> None:
    before = [str(number) for number in range(10)]
    shown = difference("\n".join(before), "\n".join([*before[:5], "new", *before[6:]]))
    assert shown == (
        ("@", "@@ -3,7 +3,7 @@"),
        *((" ", line) for line in "234"),
        ("-", "5"),
        ("+", "new"),
        *((" ", line) for line in "678"),
    )


@pytest.mark.parametrize(
    "after",
    [
        [*MANY[:500], "new", *MANY[500:]],
        [*MANY[:500], "new", "newer", *MANY[510:]],
        [*MANY, "new"],
        ["new", *MANY],
        MANY[:-2],
        MANY[2:],
        ["new"],
        list[str](),
    ],
    ids=["between", "instead", "behind", "before", "end gone", "beginning gone", "one line left", "nothing left"],
)
def test_one_change_in_a_long_text_is_shown_as_in_a_short_one(after: list[str]) -> None:
    shown = difference("\n".join(MANY), "\n".join(after))
    usual = list(difflib.unified_diff(MANY, after, lineterm="", n=3))[2:]
    assert taken_apart(shown) == taken_apart(tuple((line[0], line[1:]) for line in usual))
    assert shown[0][1].split(" ")[1:3] == usual[0].split(" ")[1:3]


def test_long_texts_are_never_compared_line_with_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def compared(*_texts: object, **_options: object) -> list[str]:
        pytest.fail("compared")

    monkeypatch.setattr(difflib, "unified_diff", compared)
    swapped = [line for pair in zip(MANY[1::2], MANY[::2], strict=False) for line in pair]
    shown = difference("\n".join(MANY), "\n".join(swapped))
    assert taken_apart(shown) == (MANY, swapped)
    assert difference("\n".join(MANY), "\n".join(MANY)) == ()
