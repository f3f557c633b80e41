"""Cross-site requests: a page of another site must not act with a visitor's cookie.

The browser itself says where a request comes from, so forms need no token:

1. `Sec-Fetch-Site`, where it is sent (every current browser; only over HTTPS and to loopback), must be `same-origin` or `none`.
2. Else `Origin` must be our own host (older browsers, and plain HTTP inside a network).
3. With neither, the caller is no browser (browsers send `Origin` with every unsafe request); the cookie's `SameSite=Lax` stands
   behind that.
"""

from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request

from app.auth.errors import CrossSite

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
"""They change nothing (RFC 9110, 9.2.1)."""


def check_same_site(request: Request) -> None:
    """Raise `CrossSite` if an unsafe request was sent by another site's page."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site not in {"same-origin", "none"}:
            raise CrossSite
        return
    origin = request.headers.get("origin")
    if origin is not None and _host(origin) != request.headers.get("host", "").lower():
        raise CrossSite


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:  # e.g. "http://["
        return None
