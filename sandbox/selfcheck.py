"""How a worker proves its sandbox to itself: small programs, some of them hostile, whose ends are known.

    proof = await check(runner, languages.catalogue()["python3"])
    if proof.failures: ...          # ("network: it reached udp 192.0.2.1",)

Each of `PROBES` is a program under `probes/` with what must come of its runs. What an engine says that it cannot tell
(`Evidence.weaknesses`) is not asked of it, and stands in `unchecked`. It takes three seconds, most of it asleep.
"""

import asyncio
import secrets
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Final

from sandbox.errors import EngineAway, SandboxError
from sandbox.languages import Language
from sandbox.limits import Limits
from sandbox.runner import (
    CpuTimeExceeded,
    Ending,
    Exited,
    MemoryExceeded,
    Outcome,
    OutputExceeded,
    Program,
    Rejected,
    Runner,
    SourceFile,
    WallTimeExceeded,
)

LANGUAGE: Final = "python3"
"""What the probes are written in; a worker without it cannot prove itself."""

USUAL: Final = Limits(cpu_time_ms=2000, memory_mib=64, output_kib=64, processes=16)
QUICK: Final = Limits(cpu_time_ms=100, memory_mib=64, output_kib=64, processes=16)
"""For what is to be killed: a second later."""

NO_MEMORY_EVIDENCE: Final = "no-memory-evidence"
NO_OUTPUT_EVIDENCE: Final = "no-output-evidence"

CLOCK_SLACK_US: Final = 20_000
"""Between two looks at a clock, and for what a runtime does before and after the work that a program measures."""

STARTUP_MAX_US: Final = 1_000_000
"""Of processor time that a runtime may need beyond the program's own; Python needs a hundredth."""


@dataclass(frozen=True, slots=True)
class Ran:
    """One run of a probe, and how long it took by our own clock."""

    outcome: Outcome
    elapsed_us: int

    @property
    def said(self) -> str:
        """What it printed."""
        return self.outcome.stdout.decode("utf-8", "replace").strip()


Verdict = Callable[[Sequence[Ran]], str]
"""What is wrong with the runs of a probe; empty if nothing is."""


@dataclass(frozen=True, slots=True)
class Probe:
    """A program under `probes/`, its runs' inputs in one sandbox, and what is wrong with what came of them.

    `{canary}` in an input becomes a fresh random word. `beyond` names the weaknesses with which an engine cannot be asked.
    """

    name: str
    wrong: Verdict
    inputs: tuple[str, ...] = ("",)
    limits: Limits = USUAL
    beyond: frozenset[str] = frozenset()

    @property
    def source(self) -> bytes:
        """The program's text."""
        return files("sandbox").joinpath("probes", f"{self.name.replace('-', '_')}.py").read_bytes()


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of a self-check. Each failure begins with its probe's name. `unchecked` are probes beyond the engine."""

    failures: tuple[str, ...]
    unchecked: tuple[str, ...]
    took_ms: int


def ends(*endings: type[Ending]) -> Verdict:
    """The run must end so."""

    def wrong(runs: Sequence[Ran]) -> str:
        return "" if isinstance(runs[0].outcome.ending, endings) else f"it ended as {runs[0].outcome.ending}"

    return wrong


def says(*words: str, code: int = 0) -> Verdict:
    """The runs must end with this exit code and print these words, one after the other."""

    def wrong(runs: Sequence[Ran]) -> str:
        for ran, word in zip(runs, words, strict=True):
            if ran.outcome.ending != Exited(code):
                return f"it ended as {ran.outcome.ending}"
            if ran.said != word:
                return f"it said {ran.said[:200]!r} instead of {word!r}"
        return ""

    return wrong


def bounded(runs: Sequence[Ran]) -> str:
    """A fork bomb was held to the limit, and the next run is well."""
    attack, after = runs
    if attack.outcome.ending != Exited(0) or not attack.said.isdecimal():
        return f"it ended as {attack.outcome.ending}"
    if int(attack.said) > USUAL.processes:
        return f"it made {attack.said} processes"
    return says("well")([after])


def leaves_nothing(runs: Sequence[Ran]) -> str:
    """A run that looks for its own word finds it, or the search would prove nothing; the next run finds nothing."""
    planted, after = runs
    if planted.outcome.ending != Exited(0) or planted.said in {"", "nowhere"}:
        return f"the first run did not find its own word: it ended as {planted.outcome.ending}, said {planted.said[:200]!r}"
    return says("nowhere")([after])


def keeps_time(runs: Sequence[Ran]) -> str:
    """Our clocks, the sandbox's and the program's own agree, however busy the machine is."""
    (ran,) = runs
    if wrong := ends(Exited)(runs):
        return wrong
    own_cpu_us, own_wall_us = map(int, ran.said.split())
    usage = ran.outcome.usage
    in_order = (
        ("the program's processor time", own_cpu_us, "the measured one", usage.cpu_time_us),
        ("the measured processor time", usage.cpu_time_us, "the program's and its runtime's", own_cpu_us + STARTUP_MAX_US),
        ("the measured processor time", usage.cpu_time_us, "the measured wall time", usage.wall_time_us),
        ("the program's wall time", own_wall_us, "the measured one", usage.wall_time_us),
        ("the measured wall time", usage.wall_time_us, "our own clock's", ran.elapsed_us),
    )
    for smaller, least_us, larger, most_us in in_order:
        if least_us > 1.1 * most_us + CLOCK_SLACK_US:
            return f"{smaller} is {least_us} us, {larger} {most_us} us"
    return ""


PROBES: Final = (
    Probe("right-answer", says("7", "-3"), ("3 4\n", "-5 2\n")),
    Probe("exit-code", says("", code=3)),
    Probe("cpu-limit", ends(CpuTimeExceeded), limits=QUICK),
    Probe("wall-limit", ends(WallTimeExceeded), limits=QUICK),
    Probe("memory-limit", ends(MemoryExceeded), beyond=frozenset({NO_MEMORY_EVIDENCE})),
    Probe("output-limit", ends(OutputExceeded), beyond=frozenset({NO_OUTPUT_EVIDENCE})),
    Probe("fork-bomb", bounded, ("attack\n", "behave\n")),
    Probe("network", says("nobody")),
    Probe("canary", leaves_nothing, ("plant {canary}\n", "hunt\n")),
    Probe("supervisor", says("none", "well"), ("attack\n", "behave\n")),
    Probe("clock", keeps_time),
)


async def check(
    runner: Runner, language: Language, *, at_once: int = 1, slot: Callable[[], AbstractAsyncContextManager[None]] = nullcontext
) -> Proof:
    """Run every probe, `at_once` at a time, each in a `slot` of its own. Raises `EngineAway`; other faults are failures."""
    began = time.monotonic()
    turns = asyncio.Semaphore(at_once)
    # An expected answer lies on the worker's own machine, as they do in its memory; no program may find it.
    with tempfile.NamedTemporaryFile(prefix="sarap-selfcheck-") as answer:
        await asyncio.to_thread(Path(answer.name).write_text, f"sarap-answer-{secrets.token_hex(16)}", "utf-8")

        async def ask(probe: Probe) -> str | None:
            async with turns, slot():
                return await _ask(runner, language, probe)

        answers = await asyncio.gather(*map(ask, PROBES), return_exceptions=True)
    failures: list[str] = []
    unchecked: list[str] = []
    for probe, said in zip(PROBES, answers, strict=True):
        match said:
            case None:
                unchecked.append(probe.name)
            case SandboxError() if not isinstance(said, EngineAway):
                failures.append(f"{probe.name}: {said}")
            case BaseException():
                raise said
            case str():
                failures += [f"{probe.name}: {said}"] if said else []
    return Proof(tuple(failures), tuple(unchecked), int((time.monotonic() - began) * 1000))


async def _ask(runner: Runner, language: Language, probe: Probe) -> str | None:
    """What is wrong with a probe's runs, or empty; None if the engine cannot be asked."""
    program = Program(language, (SourceFile(language.entry, probe.source),))
    async with runner.load(program, probe.limits) as loaded:
        if isinstance(loaded, Rejected):
            return f"it was not compiled: {loaded.log[:200]}"
        if probe.beyond & set(loaded.evidence.weaknesses):
            return None
        runs: list[Ran] = []
        for text in probe.inputs:
            began = time.monotonic()
            outcome = await loaded.run(text.format(canary=secrets.token_hex(16)).encode(), probe.limits)
            runs.append(Ran(outcome, int((time.monotonic() - began) * 1_000_000)))
    return probe.wrong(runs)
