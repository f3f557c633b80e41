"""`app/logs.py`: what must never be written into a log."""

import json
import logging

import pytest

from app.logs import configure_logging


@pytest.mark.parametrize("log_format", ["console", "json"])
def test_a_traceback_shows_no_values_of_variables(log_format: str, capsys: pytest.CaptureFixture[str]) -> None:
    def fail(password: str) -> None:
        raise ValueError(f"wrong length: {len(password)}")

    root = logging.getLogger()
    before = root.handlers, root.level
    try:
        configure_logging(log_format)
        try:
            fail("hunter-two".replace("hunter", "HUNTER"))  # the source line itself is shown
        except ValueError:
            logging.getLogger("test").exception("it-failed")
    finally:
        root.handlers, root.level = before
    said = capsys.readouterr().err
    assert "it-failed" in said
    assert "wrong length: 10" in said
    assert "HUNTER-two" not in said
    if log_format == "json":
        assert json.loads(said)["event"] == "it-failed"
