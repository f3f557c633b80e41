"""`sarap task …`: the author's workbench on the command line. It needs a Docker engine and no database.

    sarap task verify examples/tasks/membercard
    sarap task judge examples/tasks/membercard main.py solution.cpp --json

As everywhere, a command imports what it needs when it runs.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.console import Console
from rich.status import Status

if TYPE_CHECKING:
    from exams.authoring.package import Package
    from exams.authoring.solutions import ReferenceSolution
    from exams.authoring.validation import SolutionReport
    from exams.judging.judgement import CaseResult, Judgement
    from sandbox.docker_runner import DockerRunner
    from sandbox.runner import Program

task = typer.Typer(help="Check task packages and judge programs by them.", no_args_is_help=True)

PackageFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="The package: a folder.", exists=True, file_okay=False, resolve_path=True)
]
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]

MICROSECONDS_PER_MS: Final = 1000


@task.command()
def verify(folder: PackageFolder, as_json: AsJson = False) -> None:
    """Report everything that is wrong with a package, and judge every reference solution.

    Exit status 0 if the task could be published as it is, 1 if not.
    """
    from exams.authoring.package import read_package

    package = read_package(folder)
    raise typer.Exit(asyncio.run(_verify(package, as_json=as_json)))


@task.command()
def judge(
    folder: PackageFolder,
    programs: Annotated[list[Path], typer.Argument(metavar="PROGRAM…", help="Files, or folders of files.", exists=True)],
    language: Annotated[
        str | None, typer.Option(help="The language's code, e.g. python3; by the file's ending if left out.")
    ] = None,
    thorough: Annotated[
        bool, typer.Option("--thorough", help="Also run cases that cannot change the verdict any more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Judge programs as candidates' programs are judged. With --json: one line for each program.

    Exit status 0 if every program has a verdict, whichever it is; 1 if one could not be judged; 2 if there is nothing to judge.
    """
    from exams.authoring.package import read_package

    loaded = [(path, _program(path, language)) for path in programs]
    package = read_package(folder)
    if package.refused:
        for finding in package.findings:
            typer.echo(str(finding), err=True)
        raise typer.Exit(2)
    raise typer.Exit(asyncio.run(_judge(package, loaded, thorough=thorough, as_json=as_json)))


async def _verify(package: "Package", *, as_json: bool) -> int:
    from exams.authoring.finding import prevents_publishing
    from exams.authoring.validation import (
        check_inputs,
        check_margin,
        check_shown_answers,
        check_solution,
        check_validator,
    )
    from sandbox.errors import SandboxError

    findings = list(package.findings)
    reports: list[SolutionReport] = []
    fault: SandboxError | None = None
    if not package.refused and (package.solutions or package.input_validators):
        with _status(f"{package.short_name}: input validators") as say:
            try:
                codes = {one.program.language.code for one in (*package.solutions, *package.input_validators)}
                async with _runner(codes | _validator_language(package), say) as runner:
                    findings.extend(await check_inputs(runner, package))
                    say.update(f"{package.short_name}: output validator")
                    findings.extend(await check_shown_answers(runner, package))
                    findings.extend(await check_validator(runner, package.dataset))
                    for number, solution in enumerate(package.solutions, start=1):
                        say.update(f"{package.short_name}: {solution.path} ({number} of {len(package.solutions)})")
                        reports.append(await check_solution(runner, package.dataset, solution))
            except SandboxError as error:
                fault = error
        findings.extend(check_margin(package, reports))
    ready = not prevents_publishing(findings) and all(report.as_expected for report in reports) and fault is None
    if as_json:
        described = [_solution_as_json(report) for report in reports]
        rows = [{"severity": one.severity, "path": one.path, "code": one.code, "message": one.message} for one in findings]
        extra = {} if fault is None else {"undetermined": fault.code}
        typer.echo(json.dumps({"task": package.short_name, "ok": ready, "findings": rows, "solutions": described, **extra}))
    else:
        for finding in findings:
            typer.secho(str(finding), fg={"error": "red", "obstacle": "red", "warning": "yellow"}.get(finding.severity))
        for report in reports:
            _print_solution(report)
        if fault is not None:
            typer.secho(f"the reference solutions could not be judged: {fault} [{fault.code}]", fg="red")
        typer.secho(f"{package.short_name}: {'ready to be published' if ready else 'not ready'}", bold=True)
    return 0 if ready else 1


async def _judge(package: "Package", programs: "list[tuple[Path, Program]]", *, thorough: bool, as_json: bool) -> int:
    from exams.judging.judge import cannot_judge
    from exams.judging.judge import judge as judge_program
    from exams.judging.judgement import Judgement, Undetermined
    from sandbox.errors import SandboxError

    undetermined = False

    def tell(path: Path, program: "Program", judgement: Judgement) -> None:
        nonlocal undetermined
        undetermined = undetermined or isinstance(judgement, Undetermined)
        line = _judgement_as_json(path, program, judgement)
        typer.echo(json.dumps(line) if as_json else _in_words(line))

    refusal = cannot_judge(package.dataset)
    if refusal:
        for path, program in programs:
            tell(path, program, refusal)
        return 1
    with _status(package.short_name) as say:
        try:
            codes = {program.language.code for _, program in programs} | _validator_language(package)
            async with _runner(codes, say) as runner:
                for path, program in programs:
                    say.update(f"{package.short_name}: {path}")
                    try:
                        judgement = await judge_program(runner, package.dataset, program, thorough=thorough)
                    except SandboxError as error:
                        judgement = Undetermined(error.code, str(error))
                    tell(path, program, judgement)
        except SandboxError as error:
            for path, program in programs:
                tell(path, program, Undetermined(error.code, str(error)))
    return 1 if undetermined else 0


@asynccontextmanager
async def _runner(codes: set[str], say: Status) -> "AsyncGenerator[DockerRunner]":
    """A sandbox with one slot, its images built. Raises `SandboxUnavailable` if no engine answers."""
    from sandbox import images
    from sandbox.docker_runner import DockerRunner

    await images.ensure(sorted(codes), lambda line: say.update(line.replace("[", r"\[")))
    runner = DockerRunner(1)
    try:
        yield runner
    finally:
        await runner.close()


def _validator_language(package: "Package") -> set[str]:
    """The language whose image the package's own output validator needs, if it has one."""
    return {package.dataset.validator.language, "python3"} if package.dataset.validator else set()


def _status(text: str) -> Status:
    """Progress, on a terminal and on standard error only: a pipe gets results and nothing else."""
    return Console(stderr=True).status(text)


def _program(path: Path, code: str | None) -> "Program":
    """The program in a file or a folder; ends the command if its language is unknown."""
    from sandbox import languages
    from sandbox.limits import PROGRAM_MAX_BYTES, PROGRAM_MAX_FILES
    from sandbox.runner import Program, SourceFile

    files = sorted(file for file in path.iterdir() if file.is_file()) if path.is_dir() else [path]
    found = (language for file in files if (language := languages.of_file(file.name)))
    language = languages.get(code) if code else next(found, None)
    if language is None:
        known = ", ".join(languages.catalogue())
        raise typer.BadParameter(f"{code or path} is of no language that we have; --language takes one of {known}")
    if len(files) > PROGRAM_MAX_FILES or sum(file.stat().st_size for file in files) > PROGRAM_MAX_BYTES:
        raise typer.BadParameter(f"{path} is over {PROGRAM_MAX_BYTES} bytes or {PROGRAM_MAX_FILES} files")
    entry, endings = language.entry, language.extensions
    files.sort(key=lambda file: (file.name != entry, not file.name.endswith(endings), file.name))
    if len(files) == 1 and not files[0].name.endswith(endings):
        return Program(language, (SourceFile(entry, files[0].read_bytes()),))
    return Program(language, tuple(SourceFile(file.name, file.read_bytes()) for file in files))


def _judgement_as_json(path: Path, program: "Program", judgement: "Judgement") -> dict[str, object]:
    from exams.judging.judgement import Judged

    line: dict[str, object] = {
        "program": str(path),
        "language": program.language.code,
        "verdict": None,
        "score": None,
        "cases": [],
    }
    if not isinstance(judgement, Judged):
        return line | {"undetermined": judgement.code, "detail": judgement.detail}
    line |= {
        "verdict": judgement.verdict,
        "score": _number(judgement.score),
        "max_score": _number(judgement.max_score),
        "cases": [_case_as_json(case) for case in judgement.cases],
    }
    return line | ({"compile_log": judgement.compile_log} if judgement.compile_log else {})


def _case_as_json(case: "CaseResult") -> dict[str, object]:
    return {
        "name": case.name,
        "verdict": case.verdict,
        "cpu_ms": case.cpu_time_us / MICROSECONDS_PER_MS,
        "wall_ms": case.wall_time_us / MICROSECONDS_PER_MS,
        "memory_kib": case.memory_kib,
        "reason": case.reason,
        "score": None if case.score is None else _number(case.score),
        "runs": len(case.runs),
        "judge_message": case.judge_message,
    }


def _solution_as_json(report: "SolutionReport") -> dict[str, object]:
    line = _judgement_as_json(Path("submissions", report.solution.path), report.solution.program, report.judgement)
    return line | {"expected": _expected(report.solution), "as_expected": report.as_expected}


def _expected(solution: "ReferenceSolution") -> list[str]:
    from exams.authoring.expectation import may_earn

    return [str(verdict) for verdict in may_earn(solution.rules)]


def _print_solution(report: "SolutionReport") -> None:
    line = _judgement_as_json(Path(report.solution.path), report.solution.program, report.judgement)
    mark = "✓" if report.as_expected else "✗"
    expected = "" if report.as_expected else f"  expected {' or '.join(_expected(report.solution))}"
    typer.secho(f"{mark} {_in_words(line)}{expected}", fg=None if report.as_expected else "red")


def _in_words(line: dict[str, object]) -> str:
    """A judgement as one line: `wrong_answer/ties.js  WA  30 of 100 points, slowest case 0.021 s`."""
    if line["verdict"] is None:
        return f"{line['program']}  not judged: {line['undetermined']}: {line['detail']}"
    cases = line["cases"]
    assert isinstance(cases, list)
    slowest = max((case["cpu_ms"] for case in cases), default=0.0)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # made by _case_as_json
    points = f"{line['score']} of {line['max_score']} points"
    return f"{line['program']}  {line['verdict']}  {points}, slowest case {slowest / 1000:.3f} s"


def _number(value: Decimal) -> int | float:
    """A score for JSON: 30 rather than 30.0."""
    return int(value) if value == value.to_integral_value() else float(value)
