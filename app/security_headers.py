"""The headers that tell a browser what our pages may do. Everything that is not named is refused.

Nothing is loaded from another host, nothing is inline, nobody may frame us. A page whose editor must add a style sheet while it
runs asks for `csp_nonce()` in its template; only then does its policy carry one.
"""

from collections.abc import Mapping
from typing import Final

from starlette.datastructures import MutableHeaders
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


class SecurityHeaders:
    """Adds them to every response that does not say otherwise."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        self.https = https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers(scope).items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _headers(self, scope: Scope) -> dict[str, str]:
        headers = {
            "content-security-policy": policy(scope.get("state", {}).get("csp_nonce")),
            "permissions-policy": PERMISSIONS_POLICY,
            "referrer-policy": "same-origin",
            "x-content-type-options": "nosniff",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "cache-control": "no-store",
        }
        if self.https:
            headers["strict-transport-security"] = HSTS
        return headers


def policy(style_nonce: str | None = None) -> str:
    """Return the Content-Security-Policy, with a nonce for style sheets if the page asked for one."""
    directives = dict(CONTENT_SECURITY_POLICY)
    if style_nonce is not None:
        directives["style-src"] += f" 'nonce-{style_nonce}'"
    return "; ".join(f"{name} {value}" for name, value in directives.items())
