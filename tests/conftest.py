"""Fixtures of every test. Each file under `tests/fixtures/` explains its own."""

pytest_plugins = [
    "tests.fixtures.docker",
    "tests.fixtures.postgres",
    "tests.fixtures.web",
    "tests.fixtures.browser",
    "tests.fixtures.centre",
]
