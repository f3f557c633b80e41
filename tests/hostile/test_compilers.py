"""Hostile programs in C++: most of them attack the compiler."""

import pytest

from sandbox import images
from sandbox.docker_runner import DockerRunner
from tests.hostile.attack import Attack, attacks
from tests.hostile.slot import endure

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("impatient_compiler")]

LANGUAGES = ("cpp",)


@pytest.fixture(scope="module", autouse=True)
async def built() -> None:
    await images.ensure(LANGUAGES, print)


@pytest.mark.parametrize("attack", [each for code in LANGUAGES for each in attacks(code)], ids=str)
async def test_an_attack_ends_as_it_must_and_leaves_nothing(namespaces_slot: DockerRunner, attack: Attack) -> None:
    await endure(namespaces_slot, attack)
