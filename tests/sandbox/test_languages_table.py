"""`docs/languages.md` says what the catalogue says, and what the images measure."""

import pytest

from sandbox import languages
from sandbox.docker_runner import DockerRunner
from tests.fixtures.languages import Measured, measure, row, rows_written

FAR = 3
"""Machines differ by less; a runtime that has lost its archive or its cache does not."""
STARTUP_SLACK_MS = 2.0
MEMORY_SLACK_MIB = 4


def cells_of(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]


def test_the_table_has_every_language_of_the_catalogue_in_its_order() -> None:
    assert list(rows_written()) == list(languages.catalogue())


@pytest.mark.parametrize("code", languages.catalogue())
def test_a_row_says_what_the_catalogue_says(code: str) -> None:
    language = languages.catalogue()[code]
    written = rows_written()[code]
    expected = cells_of(row(language, Measured(0, 0) if language.exercised else None))
    assert written[:5] + written[7:] == expected[:5] + expected[7:]
    assert language.exercised == (written[5] != "not measured")
    if not language.exercised:
        assert written == expected


@pytest.mark.docker
@pytest.mark.parametrize("code", languages.exercised())
async def test_what_a_row_says_was_measured_is_near_what_the_image_measures(docker_runner: DockerRunner, code: str) -> None:
    written = rows_written()[code]
    measured = await measure(docker_runner, languages.catalogue()[code])
    startup_ms, memory_mib = float(written[5].removesuffix(" ms")), int(written[6].removesuffix(" MiB"))
    assert startup_ms / FAR - STARTUP_SLACK_MS < measured.startup_us / 1000 < startup_ms * FAR + STARTUP_SLACK_MS
    assert memory_mib / FAR - MEMORY_SLACK_MIB < measured.memory_kib / 1024 < memory_mib * FAR + MEMORY_SLACK_MIB
