"""Hostile programs where runs share the namespaces of their container: a user of its own for each, and a second filter."""

import pytest

from sandbox import images
from sandbox.docker_runner import DockerRunner
from tests.hostile.attack import Attack, attacks
from tests.hostile.slot import endure

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("impatient_compiler")]

LANGUAGES = ("c", "python3")


@pytest.fixture(scope="module", autouse=True)
async def built() -> None:
    await images.ensure(LANGUAGES, print)


@pytest.mark.parametrize("attack", [each for code in LANGUAGES for each in attacks(code)], ids=str)
async def test_an_attack_ends_as_it_must_and_leaves_nothing(users_slot: DockerRunner, attack: Attack) -> None:
    await endure(users_slot, attack)
