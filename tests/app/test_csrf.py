"""Where an unsafe request may come from."""

import pytest
from starlette.requests import Request

from app.auth.csrf import check_same_site
from app.auth.errors import CrossSite


def _request(method: str, headers: dict[str, str]) -> Request:
    raw = [(name.encode(), value.encode()) for name, value in ({"host": "exams.example.kz"} | headers).items()]
    return Request({"type": "http", "method": method, "path": "/", "headers": raw})


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
        {"origin": "https://exams.example.kz"},
        {"origin": "https://EXAMS.example.kz"},
        {},
    ],
)
def test_our_own_pages_and_programs_may(headers: dict[str, str]) -> None:
    check_same_site(_request("POST", headers))


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"sec-fetch-site": "nonsense"},
        {"sec-fetch-site": "cross-site", "origin": "https://exams.example.kz"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": "http://["},
        {"origin": "https://exams.example.kz@evil.example"},
        {"origin": "https://exams.example.kz.evil.example"},
        {"origin": "https://exams.example.kz:8443"},
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_other_sites_may_not(method: str, headers: dict[str, str]) -> None:
    with pytest.raises(CrossSite):
        check_same_site(_request(method, headers))


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_not_refused(method: str) -> None:
    check_same_site(_request(method, {"sec-fetch-site": "cross-site"}))
