"""Replay the records of a file in a Docker engine: in the image that each names, or, if that is asked for, in today's."""

from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from exams.ids import DatasetId
from exams.judging.judgement import Undetermined
from exams.judging.record import facts_of
from exams.judging.record_file import RecordFile
from exams.judging.replay import NotReplayable, Replayed, program_of, replay
from sandbox import images, languages
from sandbox.docker_engine import DockerEngine
from sandbox.docker_runner import DockerRunner
from sandbox.errors import SandboxError
from sandbox.pool import Isolation


@dataclass(frozen=True, slots=True)
class ReplayReport:
    """What came of replaying one record. `replayed` is None if it could not be, and `why` then says why.

    `weaker` says what makes the evidence weaker than a replay in the recorded image, else it is empty.
    """

    position: int
    replayed: Replayed | None
    why: str = ""
    weaker: str = ""

    @property
    def same(self) -> bool:
        """Whether everything was as recorded."""
        return self.replayed is not None and self.replayed.same


def places(file: RecordFile, only: set[int]) -> list[int]:
    """The records to replay, by number: those of `only`, else all whose program is in the file."""
    if only:
        return [place for place in range(1, len(file.documents) + 1) if place in only]
    return [
        place
        for place, document in enumerate(file.documents, start=1)
        if all(one["sha256"] in file.contents for one in facts_of(document)["source"]["files"])
    ]


async def replay_file(file: RecordFile, only: set[int], *, present_image: bool) -> AsyncGenerator[ReplayReport]:
    """Replay one record after the other. Raises `SandboxError` if no engine answers at all."""
    engine = await DockerEngine.connect()
    try:
        for place in places(file, only):
            facts = facts_of(file.documents[place - 1])
            try:
                yield await _replay(engine, file, place, facts, present_image=present_image)
            except NotReplayable as error:
                yield ReplayReport(place, None, str(error))
            except SandboxError as error:
                yield ReplayReport(place, None, f"{error} [{error.code}]")
    finally:
        await engine.close()


async def _replay(
    engine: DockerEngine, file: RecordFile, place: int, facts: Mapping[str, Any], *, present_image: bool
) -> ReplayReport:
    wanted = images_of(facts, file)
    missing = [each for folder, digest in wanted.items() if (each := await _missing(engine, folder, digest))]
    if missing and not present_image:
        return ReplayReport(place, None, "; ".join(missing))
    pinned = {} if missing else wanted
    weaker = "; ".join(missing)
    environment = facts["environment"]
    isolation = Isolation.USERS if environment.get("isolation") == Isolation.USERS else Isolation.AUTO
    runner = DockerRunner(1, engine=engine, runtime=environment.get("runtime", ""), isolation=isolation)
    runner.pool.pin(pinned)
    try:
        outcome = await replay(runner, facts, file)
    finally:
        await runner.close()
    if isinstance(outcome, Undetermined):
        return ReplayReport(place, None, f"{outcome.detail} [{outcome.code}]", weaker)
    return ReplayReport(place, outcome, weaker=weaker)


def images_of(facts: Mapping[str, Any], file: RecordFile) -> dict[str, str]:
    """The images that a record names, by their folders under `sandbox/images`: the program's, and its validator's if any."""
    environment = facts["environment"]
    found = {program_of(facts, file).language.image: str(environment.get("image", ""))}
    outline = file.datasets.get(DatasetId(UUID(facts["dataset"]["dataset_id"])), {})
    validator = outline.get("settings", {}).get("validator")
    language = languages.get(validator["language"]) if validator else None
    if language is not None and "validator" in environment:
        found.setdefault(language.image, str(environment["validator"].get("image", "")))
    return found


async def _missing(engine: DockerEngine, folder: str, digest: str) -> str:
    """Why a recorded image cannot be used, and what could be; empty if it can."""
    if digest and await engine.image_id(digest) is not None:
        return ""
    tag = images.tag(folder)
    present = await engine.image_id(tag)
    return (
        f"the image {digest or 'that it was judged in'} is not on this machine; `sarap images` builds {tag}, which "
        f"{f'is {present} here' if present else 'is not here either'}; an image that is built anew has another digest"
    )
