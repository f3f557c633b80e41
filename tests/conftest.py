"""Fixtures of every test. Each file under `tests/fixtures/` explains its own."""

from hypothesis import settings

settings.register_profile("house", deadline=None)  # no test depends on a time: a machine may be busy with something else
settings.load_profile("house")

pytest_plugins = [
    "tests.fixtures.docker",
    "tests.fixtures.slot",
    "tests.fixtures.postgres",
    "tests.fixtures.web",
    "tests.fixtures.judging",
    "tests.fixtures.rejudging",
    "tests.fixtures.browser",
    "tests.fixtures.centre",
]
