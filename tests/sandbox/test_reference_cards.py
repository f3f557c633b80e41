"""Every program of every reference card does what the card says, in the sandbox that judges."""

import pytest

from app.cards import Topic, cards
from sandbox import languages
from sandbox.docker_runner import DockerRunner
from sandbox.limits import Limits
from sandbox.runner import Exited, Program, Rejected, SourceFile

LIMITS = Limits(cpu_time_ms=10_000, memory_mib=256)


@pytest.mark.parametrize("code", languages.exercised())
def test_a_card_has_every_topic_and_names_its_files_as_the_catalogue_does(code: str) -> None:
    language = languages.catalogue()[code]
    parts = cards()[code].parts
    assert [part.topic for part in parts] == list(Topic)
    for part in parts:
        first, *further = part.files
        assert first == language.entry
        assert all(name.endswith(language.further_extensions) for name in further)


@pytest.mark.docker
@pytest.mark.parametrize("code", languages.exercised())
async def test_what_a_card_says_is_so(docker_runner: DockerRunner, code: str) -> None:
    faults: list[str] = []
    for part in cards()[code].parts:
        program = Program(
            languages.catalogue()[code], tuple(SourceFile(name, text.encode()) for name, text in part.files.items())
        )
        async with docker_runner.load(program, LIMITS) as loaded:
            if isinstance(loaded, Rejected):
                faults.append(f"{part.topic}: {loaded.log}")
                continue
            if loaded.compile_log:
                faults.append(f"{part.topic}: {loaded.compile_log}")
            outcome = await loaded.run(part.given.encode(), LIMITS)
        if outcome.ending != Exited(0) or outcome.stdout.decode() != part.written:
            faults.append(f"{part.topic}: {outcome.ending} {outcome.stderr.decode()}\n{outcome.stdout.decode()}")
    assert not faults, "\n".join(faults)
