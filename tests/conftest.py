"""Fixtures of every test. Each file under `tests/fixtures/` explains its own."""

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
