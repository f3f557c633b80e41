"""Hostile programs where each run has namespaces of its own: real system calls, at the kernel and at the supervisor."""

import pytest

from sandbox import images
from sandbox.docker_runner import DockerRunner
from tests.hostile.attack import Attack, attacks
from tests.hostile.slot import endure

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("impatient_compiler")]

LANGUAGES = ("c", "python3", "javascript")


@pytest.fixture(scope="module", autouse=True)
async def built() -> None:
    await images.ensure(LANGUAGES, print)


@pytest.mark.parametrize("attack", [each for code in LANGUAGES for each in attacks(code)], ids=str)
async def test_an_attack_ends_as_it_must_and_leaves_nothing(namespaces_slot: DockerRunner, attack: Attack) -> None:
    await endure(namespaces_slot, attack)
