"""What every hostile program goes through, on a runner with one slot, so that whoever comes next comes to the same place."""

import time
from typing import Final

from sandbox import languages
from sandbox.docker_runner import LOG_MAX_CHARS, DockerRunner
from sandbox.protocol import STDERR_MAX_BYTES
from sandbox.runner import Exited, Loaded, Program, Rejected, SourceFile
from tests.hostile.attack import LIMITS, Attack, name_of, prelude

DEADLINE_S: Final = 300
"""Far above the seconds that a run or a compilation may take, for a machine with other work; what matters is that it ends."""
WELL: Final = b"well\n"
CITIZENS: Final = {
    "c": b'#include "hostile.h"\nint main(void) { return 1; }\n',
    "cpp": b'#include "hostile.h"\nint main() { return 1; }\n',
    "python3": b"import hostile\n",
    "javascript": b'require("./hostile.js");\n',
}
"""A program that does nothing but look around, in each language that has a prelude."""


async def endure(runner: DockerRunner, attack: Attack) -> None:
    """The attack ends as it must; the next case of the same program finds nothing; nor does the next candidate's program."""
    started = time.monotonic()
    async with runner.load(attack.program, attack.limits) as loaded:
        if attack.is_refused:
            require_refusal(loaded, attack)
        else:
            assert not isinstance(loaded, Rejected), loaded.log
            await require_ending(loaded, attack)
            # Where the attack cost it its container, there is no next case in it; the pool starts another one.
            if prelude(attack.program.language.code) and loaded.cell.alive:
                after = await loaded.run(WELL, LIMITS)
                assert after.ending == Exited(0), (after, after.stderr[-2000:])
                assert after.stdout == WELL, after.stdout
    assert time.monotonic() - started < DEADLINE_S
    await require_next_is_right(runner, attack.program.language.code)


def require_refusal(loaded: Loaded | Rejected, attack: Attack) -> None:
    """The compiler said no, in its own words."""
    assert isinstance(loaded, Rejected), "the compiler took it"
    assert loaded.log.strip()
    assert len(loaded.log) <= LOG_MAX_CHARS + 100
    for words in attack.says:
        assert words in loaded.log, loaded.log


async def require_ending(loaded: Loaded, attack: Attack) -> None:
    """Its ending, and what it printed, are exactly those that stand in its head."""
    outcome = await loaded.run(b"attack\n", attack.limits)
    assert name_of(outcome.ending) in attack.expect, (outcome, outcome.stdout[-2000:], outcome.stderr[-2000:])
    if attack.output is not None:
        assert outcome.stdout == attack.output, (outcome.stdout, outcome.stderr[-2000:])
    assert len(outcome.stdout) <= attack.limits.output_kib * 1024
    assert len(outcome.stderr) <= STDERR_MAX_BYTES


async def require_next_is_right(runner: DockerRunner, code: str) -> None:
    """The next submission in this language, in the same place if it is still used, is judged right and finds nothing."""
    async with runner.load(citizen(code), LIMITS) as loaded:
        assert not isinstance(loaded, Rejected), loaded.log
        outcome = await loaded.run(WELL, LIMITS)
        assert outcome.ending == Exited(0), (outcome, outcome.stderr[-2000:])
        assert outcome.stdout == (WELL if code in CITIZENS else b"1\n"), outcome.stdout


def citizen(code: str) -> Program:
    """The next candidate's program: it looks around as the prelude does. In other languages it is the template."""
    language = languages.get(code)
    assert language is not None
    source = CITIZENS.get(code, language.template.encode())
    return Program(language, (SourceFile(language.entry, source), *prelude(code)))
