"""The chain of edits: replay equals what a browser's text would be, and any edit that is tampered with breaks it."""

import json
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exams.errors import BrokenChain
from exams.ids import SessionId
from exams.sessions.chain import CHANGES_PER_EDIT, MAIN_FILE, State, first_head, head_after, read_edit, replay
from exams.sessions.writer import Writer, change

SESSION = SessionId(UUID("6f1d1c2e-0000-4000-8000-0123456789ab"))
TEXT = st.text(st.sampled_from("ab \n\tқәғЖ“€😀👩‍💻\U0001f1f0\U0001f1ff"), max_size=30)
LANGUAGE = st.sampled_from(["python3", "cpp"])
FILE = st.sampled_from(["", "tree.h", "слово.txt"[:0] + "words.txt"])


def units_of(text: str) -> list[int]:
    """The text as a browser holds it: a list of UTF-16 code units."""
    data = text.encode("utf-16-le")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


def text_of(units: list[int]) -> str:
    return b"".join(unit.to_bytes(2, "little") for unit in units).decode("utf-16-le")


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], dict[str, dict[str, str]], str]:
    """Edits that a browser could make, with the files that a model of it then holds, and the language chosen last."""
    model: dict[str, dict[str, list[int]]] = {}
    made: list[str] = []
    language = ""
    for n in range(1, draw(st.integers(1, 12)) + 1):
        language, file = draw(LANGUAGE), draw(FILE)
        files = model.setdefault(language, {})
        act: dict[str, object]
        match draw(st.sampled_from(["changes", "changes", "whole", "removed", "chosen"])):
            case "whole":
                text = draw(TEXT)
                act, files[file] = {"whole": text}, units_of(text)
            case "removed" if file != MAIN_FILE and file in files:
                act = dict[str, object](removed=True)
                del files[file]
            case "changes" if file == MAIN_FILE or file in files:
                units = files.setdefault(file, [])
                whole = text_of(units)
                places = sorted(draw(st.lists(st.integers(0, len(whole)), max_size=6)))
                # Places between characters, which are what a caret can stand at.
                bounds = [len(units_of(whole[:place])) for place in places]
                changes = [(one, other, draw(TEXT)) for one, other in zip(bounds[::2], bounds[1::2], strict=False)]
                for start, end, inserted in reversed(changes):
                    units[start:end] = units_of(inserted)
                act = {"changes": changes}
            case _:
                act, file = dict[str, object](chosen=True), ""
        said = {"n": n, "at": n * 10.5, "wall": 1772441002123, "nonce": "ab", "language": language, "file": file}
        made.append(json.dumps(said | act, ensure_ascii=draw(st.booleans())))
    drafts = {one: {name: text_of(units) for name, units in files.items()} for one, files in model.items()}
    return made, drafts, language


BEGINNING = State(0, first_head(SESSION, 2))


@settings(deadline=None)
@given(edits())
def test_replay_makes_exactly_what_a_browser_would_hold(made: tuple[list[str], dict[str, dict[str, str]], str]) -> None:
    texts, drafts, language = made
    after = replay(BEGINNING, texts)
    assert (after.drafts, after.language, after.count) == (drafts, language, len(texts))
    assert after.head == head_after(BEGINNING.head, texts)


@settings(deadline=None)
@given(edits(), st.data())
def test_replaying_in_parts_is_replaying_at_once(
    made: tuple[list[str], dict[str, dict[str, str]], str], data: st.DataObject
) -> None:
    texts = made[0]
    cut = data.draw(st.integers(0, len(texts)))
    assert replay(replay(BEGINNING, texts[:cut]), texts[cut:]) == replay(BEGINNING, texts)


@settings(deadline=None)
@given(edits(), st.data())
def test_an_edit_altered_dropped_reordered_or_repeated_breaks_the_chain(
    made: tuple[list[str], dict[str, dict[str, str]], str], data: st.DataObject
) -> None:
    texts = made[0]
    at = data.draw(st.integers(0, len(texts) - 1))
    tampered = {
        "altered": [*texts[:at], texts[at].replace(" ", "", 1), *texts[at + 1 :]],
        "dropped": [*texts[:at], *texts[at + 1 :]],
        "repeated": [*texts[: at + 1], *texts[at:]],
        "reordered": [*texts[at + 1 :], *texts[: at + 1]] if at + 1 < len(texts) else [texts[at] + " "],
    }
    for others in tampered.values():
        assert head_after(BEGINNING.head, others) != head_after(BEGINNING.head, texts)
    for how in ("dropped", "repeated", "reordered"):
        if how == "dropped" and at == len(texts) - 1:
            continue  # the end is missing: only the head tells
        if tampered[how] != [texts[at] + " "]:
            with pytest.raises(BrokenChain, match="number"):
                replay(BEGINNING, tampered[how])


def test_a_file_that_no_edit_is_about_is_taken_over_as_it_is() -> None:
    left = "😀" * 9
    before = State(0, BEGINNING.head, "cpp", {"cpp": {"": left, "a.h": left}, "python3": {"": left}})
    after = replay(before, [edit(whole=None, changes=[[2, 4, "x"]])])
    assert after.drafts == {"cpp": {"": "😀x" + left[2:], "a.h": left}, "python3": {"": left}}
    assert after.drafts["cpp"]["a.h"] is left  # nothing was worked out anew
    assert after.drafts["python3"][""] is left


def test_the_chain_of_one_item_is_no_chain_of_another() -> None:
    other = SessionId(UUID("6f1d1c2e-0000-4000-8000-0123456789ac"))
    assert len({first_head(SESSION, 1), first_head(SESSION, 2), first_head(SESSION, 21), first_head(other, 1)}) == 4


@settings(deadline=None)
@given(TEXT, TEXT)
def test_a_writers_change_makes_the_one_text_of_the_other(before: str, after: str) -> None:
    start, end, inserted = change(before, after)
    units = units_of(before)
    units[start:end] = units_of(inserted)
    assert text_of(units) == after


@settings(deadline=None)
@given(st.lists(st.tuples(LANGUAGE, TEXT, st.dictionaries(st.sampled_from(["tree.h", "a.txt"]), TEXT, max_size=2)), max_size=8))
def test_what_a_writer_writes_is_what_replay_makes(texts: list[tuple[str, str, dict[str, str]]]) -> None:
    writer = Writer.fresh(SESSION, 2)
    for language, source, files in texts:
        writer.write(language, source, files)
        assert writer.now.files.get(MAIN_FILE, "") == source
        assert {name: text for name, text in writer.now.files.items() if name} == files
    assert replay(BEGINNING, writer.pending) == replace(writer.now, last_nonce=writer.now.last_nonce)


def edit(**changes: object) -> str:
    said: dict[str, object] = {"n": 1, "at": 0, "wall": 0, "nonce": "", "language": "cpp", "file": "", "whole": "x"}
    return json.dumps({name: value for name, value in (said | changes).items() if value is not None})


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "edit"),
        ("[]", "edit"),
        ("[" * 100_000, "edit"),
        (edit(whole=None), "edit"),
        (edit(changes=[]), "edit"),
        (edit(whole=None, chosen=False), "edit"),
        (edit(whole=7), "edit"),
        (edit(extra=1), "edit"),
        (edit(n="1"), "edit"),
        (edit(language=None), "edit"),
        (edit(whole="\ud83d"), "edit"),
        (edit(whole=None, changes=[[0, 0, ""]] * (CHANGES_PER_EDIT + 1)), "edit"),
        (edit(nonce="\0"), "edit"),
        (edit(nonce="AB"), "edit"),
        (edit(nonce="a" * 65), "edit"),
        (edit(n=2), "number"),
        (edit(n=0), "number"),
        (edit(file="../x"), "file-name"),
        (edit(file="a" * 65), "file-name"),
        (edit(whole=None, removed=True), "no-such-file"),
        (edit(whole=None, removed=True, file="a.h"), "no-such-file"),
        (edit(whole=None, changes=[[0, 0, "x"]], file="a.h"), "no-such-file"),
        (edit(whole=None, changes=[[0, 1, "x"]]), "places"),
        (edit(whole=None, changes=[[-1, 0, "x"]]), "places"),
        (edit(whole=None, changes=[[1, 0, "x"]]), "places"),
    ],
)
def test_what_is_no_edit_or_cannot_be_done_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BrokenChain) as refused:
        replay(BEGINNING, [text])
    assert refused.value.reason == reason


@pytest.mark.parametrize(
    "changes", [[[2, 3, ""], [0, 1, ""]], [[0, 2, ""], [1, 3, ""]], [[0, 9, ""]], [[1, 1, ""]], [[0, 1, ""]]]
)
def test_changes_that_overlap_go_back_or_stand_inside_a_character_are_refused(changes: list[object]) -> None:
    grin = [edit(whole="😀a"), edit(n=2, whole=None, changes=changes)]
    if changes == [[1, 1, ""]]:  # nothing happens there
        assert replay(BEGINNING, grin).files[""] == "😀a"
        return
    with pytest.raises(BrokenChain, match="places"):
        replay(BEGINNING, grin)


def test_an_edit_says_exactly_one_thing() -> None:
    assert read_edit(edit()).whole == "x"
