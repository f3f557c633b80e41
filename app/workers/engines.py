"""Which engine judges here: Sarap's own sandbox over Docker, or a Judge0 that the site already has. The settings choose."""

from dataclasses import asdict, dataclass
from typing import Final

from app.settings import Settings
from sandbox import images, languages
from sandbox.compile_cache import CompileCache
from sandbox.docker_engine import DockerEngine
from sandbox.docker_runner import DockerRunner
from sandbox.judge0_runner import Judge0Runner
from sandbox.pool import LABEL, Isolation
from sandbox.runner import Runner

CACHE_FOLDER: Final = "compiled"
"""In the data folder; what is lost is compiled again."""


@dataclass(frozen=True, slots=True)
class Ability:
    """What a worker can do: the languages whose programs it can run, and facts of its engine."""

    languages: frozenset[str]
    engine: dict[str, object]


def runner_of(settings: Settings) -> Runner:
    """The runner that the settings choose. Nothing is asked of an engine yet."""
    if settings.runner == "judge0":
        assert settings.judge0_url is not None
        return Judge0Runner(
            settings.judge0_url,
            slots=settings.judging_slots,
            language_ids=settings.judge0_languages,
            auth_token=settings.judge0_token,
        )
    try:
        cache = CompileCache(settings.data_dir / CACHE_FOLDER)
    except OSError:  # a host that keeps no data compiles everything
        cache = None
    return DockerRunner(
        settings.judging_slots,
        runtime=settings.sandbox_runtime,
        isolation=Isolation(settings.sandbox_isolation),
        cache=cache,
    )


async def ability_of(settings: Settings, runner: Runner) -> Ability:
    """What the runner made from these settings can judge now. Raises `SandboxError` if the engine does not answer."""
    catalogue = languages.catalogue()
    if settings.runner == "judge0":
        return Ability(frozenset(catalogue.keys() & settings.judge0_languages), {"name": "judge0"})
    engine = await DockerEngine.connect()
    try:
        known = {code for code, language in catalogue.items() if await engine.image_id(images.tag(language.image)) is not None}
        facts: dict[str, object] = {**asdict(engine.facts), "runtime": settings.sandbox_runtime}
        if isinstance(runner, DockerRunner):
            facts["toolchains"] = dict(runner.pool.toolchains)
            facts["containers"] = f"{LABEL}={runner.pool.pool_id}"  # `docker ps --filter label=…` lists this worker's
    finally:
        await engine.close()
    return Ability(frozenset(known), facts)
