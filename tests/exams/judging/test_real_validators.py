"""Validators in the real sandbox: what they must be able to do, and what they must not be able to do to us."""

from decimal import Decimal
from textwrap import dedent

import pytest

from exams.judging.judgement import Judged, Judgement, Undetermined
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
from sandbox.docker_runner import DockerRunner
from sandbox.runner import Program, SourceFile
from tests.fixtures.patient import judge

pytestmark = pytest.mark.docker

ECHO = "import sys\nsys.stdout.write(sys.stdin.read())\n"


def program(source: str, code: str = "python3") -> Program:
    """A candidate's program."""
    language = languages.catalogue()[code]
    return Program(language, (SourceFile(language.entry, dedent(source).encode()),))


def dataset(
    source: str,
    kind: JudgingKind = JudgingKind.CUSTOM,
    *,
    code: str = "python3",
    passes: int = 1,
    arguments: tuple[str, ...] = (),
    cpu_time_ms: int = 1000,
) -> Dataset:
    """One secret case `5`, whose answer is `25`, judged by a validator."""
    case = TestCase("secret/1", b"5\n", b"25\n", arguments)
    group = TestGroup("secret", Aggregation.SUM, Decimal(10), Decimal(10), False, (case,), ())
    files = (ValidatorFile("validate.cpp" if code == "cpp" else "validate.py", dedent(source).encode()),)
    validator = Validator(code, files, passes, ValidatorScore.BY_CASE)
    return Dataset(kind, CheckerOptions(), cpu_time_ms, 64, 1024, (), group, validator)


def verdict(result: Judgement) -> Verdict:
    """The verdict, which must be one."""
    assert isinstance(result, Judged), result
    return result.verdict


def broken(result: Judgement) -> str:
    """The detail of a judgement that the validator made impossible."""
    assert isinstance(result, Undetermined), result
    assert result.code == "checker-broken"
    return result.detail


SQUARE = """
    import sys
    given, answer, folder, *arguments = sys.argv[1:]
    assert folder.endswith("/") and arguments == ["strict", "a b"], sys.argv
    number = int(open(given).read())
    assert open(answer).read() == "25\\n"
    said = sys.stdin.read().split()
    open(folder + "judgemessage.txt", "w").write("said " + " ".join(said))
    open(folder + "score_multiplier.txt", "w").write("0.5") if said == [str(-number)] else None
    sys.exit(42 if said in ([str(number * number)], [str(-number)]) else 43)
"""
SQUARE_CPP = """
    #include <bits/stdc++.h>
    using namespace std;
    int main(int argc, char **argv) {
        if (argc != 6 || string(argv[5]) != "a b") return 1;
        long n, said;
        ifstream(argv[1]) >> n;
        if (!(cin >> said)) return 43;
        ofstream(string(argv[3]) + "judgemessage.txt") << "said " << said;
        if (said == -n) { ofstream(string(argv[3]) + "score_multiplier.txt") << 0.5; return 42; }
        return said == n * n ? 42 : 43;
    }
"""


@pytest.mark.parametrize(("code", "source"), [("python3", SQUARE), ("cpp", SQUARE_CPP)])
@pytest.mark.parametrize(("said", "expected", "score"), [("25", "AC", 10), ("-5", "AC", 5), ("24", "WA", 0)])
async def test_a_validator_accepts_rejects_and_scores(
    docker_runner: DockerRunner, code: str, source: str, said: str, expected: str, score: int
) -> None:
    data = dataset(source, code=code, arguments=("strict", "a b"))
    result = await judge(docker_runner, data, program(f"print({said})"))
    assert verdict(result) is Verdict(expected) if score != 0 or expected == "WA" else True
    assert isinstance(result, Judged)
    assert (result.score if expected == "AC" else 0) == score
    assert result.cases[0].judge_message == f"said {said}"
    assert result.evidence["validator"]["image"].startswith("sha256:")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("import sys; sys.exit(0)", "exited with 0"),
        ("raise KeyError('seven')", "KeyError: 'seven'"),
        ("import os; os.abort()", "Signalled"),
        ("while True: pass", "CpuTimeExceeded"),
        ("x = bytearray(3 << 30)", "memory"),
        ("while True: print('x' * 65536)", "OutputExceeded"),
        ("import sys; open(sys.argv[3] + 'score.txt', 'w').write('many'); sys.exit(42)", "score.txt"),
        ("def", "SyntaxError"),
    ],
)
async def test_a_broken_validator_is_no_verdict_and_says_why(
    docker_runner: DockerRunner, monkeypatch: pytest.MonkeyPatch, source: str, told: str
) -> None:
    from exams.judging import trial
    from sandbox.limits import Limits

    # Only the one that loops shall come to the end of its time: memory may cost a machine a second.
    cpu_time_ms = 500 if told == "CpuTimeExceeded" else 10_000
    monkeypatch.setattr(trial, "VALIDATION_LIMITS", Limits(cpu_time_ms=cpu_time_ms, memory_mib=256, output_kib=1024))
    assert told.lower() in broken(await judge(docker_runner, dataset(source), program(ECHO))).lower()


async def test_a_validator_that_floods_its_folder_harms_nothing(docker_runner: DockerRunner) -> None:
    source = """
        import sys
        try:
            with open(sys.argv[3] + "judgemessage.txt", "w") as file:
                for _ in range(64):
                    file.write("x" * (1 << 20))
        except OSError:
            pass
        sys.exit(42)
    """
    result = await judge(docker_runner, dataset(source), program(ECHO))
    assert isinstance(result, Judged | Undetermined)
    assert verdict(await judge(docker_runner, dataset("import sys; sys.exit(42)"), program(ECHO))) is Verdict.AC


async def test_nothing_of_one_call_is_left_for_the_next(docker_runner: DockerRunner) -> None:
    source = """
        import os, sys
        if os.path.exists("mark") or os.listdir(sys.argv[3]):
            sys.exit(1)
        open("mark", "w").write("x")
        open(sys.argv[3] + "mark", "w").write("x")
        sys.exit(42)
    """
    data = dataset(source)
    cases = tuple(TestCase(f"secret/{number}", b"", b"") for number in range(3))
    group = TestGroup("secret", Aggregation.PASS_FAIL, Decimal(1), Decimal(1), True, cases, ())
    result = await judge(
        docker_runner,
        Dataset(data.kind, data.checker, 1000, 64, 1024, (), group, data.validator),
        program(ECHO),
    )
    assert verdict(result) is Verdict.AC


async def test_the_program_sees_neither_the_answer_nor_the_validator(docker_runner: DockerRunner) -> None:
    snoop = """
        import os, sys
        found = [path for top in ("/box", "/tmp", ".") for path, _, names in os.walk(top) for name in names
                 if name in ("in", "ans", "validate.py")]
        print(found)
    """
    source = "import sys; sys.exit(42 if sys.stdin.read() == '[]\\n' else 43)"
    assert verdict(await judge(docker_runner, dataset(source), program(snoop))) is Verdict.AC


PASSES = """
    import os, sys
    folder = sys.argv[3]
    said = sys.stdin.read().strip()
    log = folder + "log"
    turn = len(open(log).read().split()) if os.path.exists(log) else 0
    print(said, file=open(log, "a"))
    print("turn", turn, "said", said, file=open(folder + "judgemessage.txt", "a"))
    if os.path.exists(folder + "nextpass.in"):
        sys.exit(1)
    given = int(open(sys.argv[1]).read())
    if said != str(given + 1):
        sys.exit(43)
    if turn < 2:
        print(given + 1, file=open(folder + "nextpass.in", "w"))
    sys.exit(42)
"""


async def test_passes_follow_each_other_and_keep_the_validators_folder(docker_runner: DockerRunner) -> None:
    data = dataset(PASSES, JudgingKind.MULTI_PASS, passes=3)
    result = await judge(docker_runner, data, program("print(int(input()) + 1)"))
    assert isinstance(result, Judged)
    (case,) = result.cases
    assert case.verdict is Verdict.AC
    assert case.judge_message == "turn 0 said 6\nturn 1 said 7\nturn 2 said 8"
    assert len(case.runs) == 3
    wrong = await judge(docker_runner, data, program("n = int(input())\nprint(n + 1 if n < 7 else 0)"))
    assert verdict(wrong) is Verdict.WA
    assert "2 passes" in broken(
        await judge(docker_runner, dataset(PASSES, JudgingKind.MULTI_PASS, passes=2), program("print(int(input()) + 1)"))
    )


async def test_a_program_keeps_nothing_from_pass_to_pass(docker_runner: DockerRunner) -> None:
    cheat = """
        import os
        print(int(input()) + (0 if os.path.exists("/tmp/been") else 1))
        open("/tmp/been", "w").write("here")
    """
    assert verdict(await judge(docker_runner, dataset(PASSES, JudgingKind.MULTI_PASS, passes=3), program(cheat))) is Verdict.AC


GUESS = """
    import sys
    secret = int(open(sys.argv[1]).read())
    for turn in range(10):
        line = sys.stdin.readline()
        if not line.strip().isdigit():
            print("a number, please:", repr(line), file=open(sys.argv[3] + "judgemessage.txt", "w"))
            sys.exit(43)
        guess = int(line)
        print("correct" if guess == secret else "higher" if guess < secret else "lower", flush=True)
        if guess == secret:
            sys.exit(42)
    sys.exit(43)
"""
GUESS_CPP = """
    #include <bits/stdc++.h>
    using namespace std;
    int main(int, char **argv) {
        int secret, guess;
        ifstream(argv[1]) >> secret;
        for (int turn = 0; turn < 10 && cin >> guess; ++turn) {
            cout << (guess == secret ? "correct" : guess < secret ? "higher" : "lower") << endl;
            if (guess == secret) return 42;
        }
        return 43;
    }
"""
HALVING = """
    low, high = 1, 100
    while True:
        guess = (low + high) // 2
        print(guess, flush=True)
        said = input()
        if said == "correct":
            break
        low, high = (guess + 1, high) if said == "higher" else (low, guess - 1)
"""


@pytest.mark.parametrize(("code", "source"), [("python3", GUESS), ("cpp", GUESS_CPP)])
@pytest.mark.parametrize(
    ("source_of_program", "expected", "reason"),
    [
        (HALVING, "AC", ""),
        ("for _ in range(20):\n    print(1, flush=True)\n    input()\n", "WA", ""),  # told ten times, then nobody listens
        ("print('x', flush=True)\ninput()\n", "WA", ""),
        ("print(1, flush=True)\n", "WA", ""),  # ends early and well
        ("print(1, flush=True)\nraise SystemExit(3)\n", "RTE", "exit-3"),
        ("print(1, flush=True)\ninput()\nwhile True: pass\n", "TLE", ""),
        ("input()\n", "TLE", "wall-time"),  # both wait for each other
        ("import sys\nprint(1)\nsys.stdin.readline()\n", "TLE", "wall-time"),  # forgot to flush
        ("import sys\nsys.stdout.close()\nimport os\nos.close(1)\ninput()\n", "TLE", "wall-time"),
        ("import time\nprint(1, flush=True)\ntime.sleep(60)\n", "TLE", "wall-time"),
        ("x = bytearray(1 << 30)\n", "MLE", None),
        ("while True: print(1)\n", "WA", ""),
    ],
)
async def test_who_ends_a_conversation_decides(
    docker_runner: DockerRunner, code: str, source: str, source_of_program: str, expected: str, reason: str | None
) -> None:
    data = dataset(source, JudgingKind.INTERACTIVE, code=code)
    result = await judge(docker_runner, data, program(source_of_program))
    assert verdict(result) is Verdict(expected)
    assert isinstance(result, Judged)
    if reason is not None:
        assert result.cases[0].reason == reason


async def test_a_validator_that_dies_in_a_conversation_is_no_verdict(docker_runner: DockerRunner) -> None:
    source = "import sys\nsys.stdin.readline()\nraise ValueError('lost')\n"
    assert "lost" in broken(await judge(docker_runner, dataset(source, JudgingKind.INTERACTIVE), program(HALVING)))


async def test_a_validator_that_goes_on_talking_to_a_program_that_is_gone_still_has_its_say(
    docker_runner: DockerRunner,
) -> None:
    source = """
        import sys
        line = sys.stdin.readline()
        for _ in range(2000):
            print("x" * 100, flush=True)
        sys.exit(42 if line == "done\\n" else 43)
    """
    assert verdict(await judge(docker_runner, dataset(source, JudgingKind.INTERACTIVE), program("print('done')"))) is Verdict.AC


async def test_time_in_which_the_validator_thinks_is_not_the_programs(docker_runner: DockerRunner) -> None:
    source = """
        import sys, time
        for _ in range(4):
            sys.stdin.readline()
            time.sleep(1)
            print("go", flush=True)
        sys.exit(42)
    """
    talk = "for _ in range(4):\n    print('?', flush=True)\n    input()\n"
    result = await judge(docker_runner, dataset(source, JudgingKind.INTERACTIVE), program(talk))
    assert verdict(result) is Verdict.AC


async def test_a_program_that_waits_for_a_validator_that_computes_is_not_called_too_slow(docker_runner: DockerRunner) -> None:
    source = """
        import sys, time
        sys.stdin.readline()
        while time.process_time() < 5:
            pass
        print("go", flush=True)
        sys.exit(42)
    """
    talk = "print('?', flush=True)\ninput()\n"
    assert "computed for" in broken(await judge(docker_runner, dataset(source, JudgingKind.INTERACTIVE), program(talk)))


async def test_a_conversation_in_passes(docker_runner: DockerRunner) -> None:
    source = """
        import os, sys
        folder = sys.argv[3]
        second = os.path.exists(folder + "first")
        print("again" if second else "hello", flush=True)
        said = sys.stdin.readline().strip()
        if said != ("AGAIN" if second else "HELLO"):
            sys.exit(43)
        if not second:
            open(folder + "first", "w").close()
            open(folder + "nextpass.in", "w").write("2")
        sys.exit(42)
    """
    data = dataset(source, JudgingKind.INTERACTIVE_MULTI_PASS, passes=2)
    result = await judge(docker_runner, data, program("print(input().upper(), flush=True)"))
    assert isinstance(result, Judged)
    assert (result.verdict, len(result.cases[0].runs)) == (Verdict.AC, 2)
