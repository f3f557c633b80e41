r"""The package's own output validator: how it is called and what its answer means.

Source: ICPC/Kattis package format 2025-09, "Output validator" and "Scoring test cases"; where the format is silent, Kattis
problemtools. It is called as `validator in ans feedback/ ARGUMENTS… < output`, in a container of its own, and answers by its
exit code: 42 accepts, 43 rejects. Anything else is a fault of the task, never a wrong answer: `CheckerBroken`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from exams.judging.checker import FLOAT, FLOAT_TOKEN_MAX_BYTES
from exams.tasks.dataset import Aggregation, TestCase, TestGroup, Validator, ValidatorScore
from sandbox import languages
from sandbox.limits import Limits
from sandbox.program import FILE_NAME
from sandbox.runner import Exited, Outcome, Program, SourceFile, Workspace

ACCEPTED_EXIT_CODE: Final = 42
REJECTED_EXIT_CODE: Final = 43
"""Codes that no crash has by chance."""

VALIDATION_LIMITS: Final = Limits(cpu_time_ms=60_000, memory_mib=1024, output_kib=8 * 1024)
"""Of one call. Time and output are the format's typical defaults; the memory is half of its, which a slot can give beside the
program's."""

MESSAGE_MAX_CHARACTERS: Final = 4 * 1024
"""Of `judgemessage.txt` and `teammessage.txt`, each: about a hundred lines. A validator may write megabytes."""

DETAIL_MAX_CHARACTERS: Final = 500
"""Of what a broken validator said on standard error: its last words name the fault."""

FEEDBACK: Final = "feedback"
NEXT_PASS: Final = "nextpass.in"  # noqa: S105 – no password
SCORE: Final = "score.txt"
MULTIPLIER: Final = "score_multiplier.txt"
JUDGE_MESSAGE: Final = "judgemessage.txt"
TEAM_MESSAGE: Final = "teammessage.txt"

SCORE_STEP: Final = Decimal("0.0001")
"""Scores are exact to four places, as the database keeps them: 100 / 3 three times is 100.0000."""


class CheckerBroken(Exception):
    """The task's checker did not do its part. The message is for examiners: it may tell of secret cases."""


@dataclass(frozen=True, slots=True)
class Validation:
    """What a validator said of one output. `score` and `multiplier` are the texts of its files, None where it wrote none.

    `next_input` asks for another pass. `feedback` is what it left in its folder, kept from pass to pass.
    """

    accepted: bool
    score: bytes | None
    multiplier: bytes | None
    judge_message: str
    team_message: str
    next_input: bytes | None
    feedback: Mapping[str, bytes]


def program_of(validator: Validator) -> Program:
    """The validator as the sandbox takes it. Raises `CheckerBroken` if its language has left the catalogue."""
    language = languages.get(validator.language)
    if language is None:
        raise CheckerBroken(f"the output validator is in '{validator.language}', which we do not have")
    return Program(language, tuple(SourceFile(file.name, file.content) for file in validator.files))


def workspace_of(case: TestCase, given: bytes, feedback: Mapping[str, bytes]) -> Workspace:
    """What one call finds: the input of this pass, the answer, and what it left in its folder in the pass before."""
    for name in feedback:
        if not FILE_NAME.fullmatch(name):
            raise CheckerBroken(f"{case.name}: a feedback file must have a plain name to be kept: {name[:80]!r}")
    kept = [SourceFile(f"{FEEDBACK}/{name}", content) for name, content in sorted(feedback.items())]
    return Workspace(
        ("in", "ans", f"{FEEDBACK}/", *case.validator_arguments),
        (SourceFile("in", given), SourceFile("ans", case.answer), *kept),
        collect=FEEDBACK,
    )


def validation_of(outcome: Outcome, case: TestCase, *, multi_pass: bool) -> Validation:
    """What a call of the validator says. Raises `CheckerBroken` if it says nothing that the format knows."""
    match outcome.ending:
        case Exited(code) if code in {ACCEPTED_EXIT_CODE, REJECTED_EXIT_CODE}:
            accepted = code == ACCEPTED_EXIT_CODE
        case Exited(code):
            raise CheckerBroken(f"{case.name}: the output validator exited with {code}, not 42 or 43{last_words(outcome)}")
        case ending:
            raise CheckerBroken(f"{case.name}: the output validator ended by {ending}{last_words(outcome)}")
    files = dict(outcome.files)
    next_input = files.pop(NEXT_PASS, None) if multi_pass else None
    if next_input is not None and not accepted:
        raise CheckerBroken(f"{case.name}: the output validator rejected the output and asked for another pass")
    return Validation(
        accepted,
        files.get(SCORE),
        files.get(MULTIPLIER),
        text_of(files.get(JUDGE_MESSAGE, b"")),
        text_of(files.get(TEAM_MESSAGE, b"")),
        next_input,
        files,
    )


def score_of_case(validation: Validation, case: TestCase, group: TestGroup | None, rule: ValidatorScore) -> Decimal | None:
    """What the validator gives for a case of `group`; None if it leaves that to the group, or for a sample, which has none.

    Raises `CheckerBroken` for what the format calls a judge error ("Scoring test cases").
    """
    score = validation.score
    multiplier = None if rule is ValidatorScore.REQUIRED else validation.multiplier  # legacy has no such file
    if group is None:
        return None
    if score is None and multiplier is None:
        if rule is ValidatorScore.REQUIRED and validation.accepted:
            raise CheckerBroken(f"{case.name}: the output validator accepted and wrote no {SCORE}")
        return None
    if not validation.accepted:
        raise CheckerBroken(f"{case.name}: the output validator rejected the output and gave a score")
    if rule is ValidatorScore.NONE or group.aggregation is Aggregation.PASS_FAIL:
        raise CheckerBroken(f"{case.name}: the output validator gave a score where there is none to give")
    if score is not None and multiplier is not None:
        raise CheckerBroken(f"{case.name}: the output validator wrote both {SCORE} and {MULTIPLIER}")
    if multiplier is not None:
        part = number_in(multiplier, case, MULTIPLIER)
        if part > 1:
            raise CheckerBroken(f"{case.name}: {MULTIPLIER} says {part:f}, which is above 1")
        return part * group.case_score
    given = number_in(score or b"", case, SCORE)
    most = group.case_score if rule is ValidatorScore.BY_CASE else group.max_score
    if given > most + SCORE_STEP:
        raise CheckerBroken(f"{case.name}: {SCORE} says {given:f}, and the case has {most.quantize(SCORE_STEP):f} at most")
    return min(given, most)


def number_in(text: bytes, case: TestCase, name: str) -> Decimal:
    """The number of at least 0 that a feedback file holds, in the format's grammar."""
    token = text.strip()
    if len(token) > FLOAT_TOKEN_MAX_BYTES or not FLOAT.fullmatch(token) or token.startswith(b"-"):
        raise CheckerBroken(f"{case.name}: {name} holds no number of at least 0: {text[:80]!r}")
    return Decimal(token.decode("ascii"))


def last_words(outcome: Outcome) -> str:
    """The end of what it wrote on standard error, for the examiner."""
    said = outcome.stderr.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}").strip()
    return f": {said[-DETAIL_MAX_CHARACTERS:]}" if said else ""


def text_of(content: bytes) -> str:
    """A message for people to read, cut. PostgreSQL keeps no NUL in a text."""
    text = content[: 4 * MESSAGE_MAX_CHARACTERS].decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text.strip()[:MESSAGE_MAX_CHARACTERS]
