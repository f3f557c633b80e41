"""The headers that tell a browser what our pages may do. Everything that is not named is refused.

Nothing is loaded from another host, nothing is inline, nobody may frame us. A page whose editor must add a style sheet while it
runs asks for `csp_nonce()` in its template; only then does its policy carry one.
"""

from collections.abc import Mapping
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY: Final[Mapping[str, str]] = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: blob:",  # blob: the candidate's own camera picture before it is sent
    "font-src": "'self'",
    "connect-src": "'self'",
    "media-src": "'self' blob:",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "base-uri": "'none'",
}

PERMISSIONS_POLICY: Final = (
    "camera=(self), display-capture=(self), fullscreen=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), "
    "hid=(), midi=(), browsing-topics=()"
)
"""The exam page asks for the camera, after consent. The rest is nobody's business."""

HSTS: Final = "max-age=63072000"
"""Two years, once the site is served over HTTPS; subdomains are not ours to decide."""


POLICY_NAME: Final = b"content-security-policy"


class SecurityHeaders:
    """Adds them to every response that does not say otherwise."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        headers = {
            POLICY_NAME: policy(),  # the first: a page with a nonce has another
            b"permissions-policy": PERMISSIONS_POLICY,
            b"referrer-policy": "same-origin",
            b"x-content-type-options": "nosniff",
            b"cross-origin-opener-policy": "same-origin",
            b"cross-origin-resource-policy": "same-origin",
            b"cache-control": "no-store",
        }
        if https:
            headers[b"strict-transport-security"] = HSTS
        self.headers = tuple((name, value.encode()) for name, value in headers.items())

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                nonce: str | None = scope.get("state", {}).get("csp_nonce")
                ours = self.headers if nonce is None else (*self.headers[1:], (POLICY_NAME, policy(nonce).encode()))
                message["headers"] = [*message["headers"], *(one for one in ours if one[0] not in there)]
            await send(message)

        await self.app(scope, receive, send_with_headers)


def policy(style_nonce: str | None = None) -> str:
    """Return the Content-Security-Policy, with a nonce for style sheets if the page asked for one."""
    directives = dict(CONTENT_SECURITY_POLICY)
    if style_nonce is not None:
        directives["style-src"] += f" 'nonce-{style_nonce}'"
    return "; ".join(f"{name} {value}" for name, value in directives.items())
