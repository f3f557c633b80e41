"""Structured logs: one event a line, with the request's id.

    {"event": "request", "method": "POST", "path": "/sign-in", "route": "/sign-in", "status": 303, "ms": 214.3, "request_id":
    "9f…"}

`json` for machines, `console` for people. The query string, bodies, cookies and programs are never logged.
"""

import logging
import secrets
import time
from typing import Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.metrics import Metrics

REQUEST_ID_BYTES: Final = 8
"""64 random bits as 16 hexadecimal digits: short enough to read out on the telephone."""

QUIET_PATHS: Final = ("/healthz", "/readyz", "/metrics", "/static/")
"""Asked all the time by machines and browsers; only their failures are logged."""

PATH_MAX_CHARS: Final = 200
"""Longer than any address of ours; a stranger's may be as long as a request's head."""

METHODS: Final = frozenset({"GET", "HEAD", "POST"})
"""Counted by name; a stranger may invent others, and each label costs memory."""

log = structlog.get_logger(__name__)


def _shown(scope: Scope) -> str:
    """Return the path as it was sent, percent-encoded: decoded, it could hold a terminal's escape codes and line ends."""
    path: bytes = scope.get("raw_path") or scope["path"].encode("ascii", "backslashreplace")
    return path[:PATH_MAX_CHARS].decode("ascii", "backslashreplace")


def configure_logging(log_format: str) -> None:
    """Send everything, also what libraries log, to standard error as `json` or `console`."""
    # Without the values of local variables: among them are passwords, cookies and candidates' programs.
    traces = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.stdlib.ExtraAdder(),
        _without_colours,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[structlog.typing.Processor] = (
        [traces, structlog.processors.JSONRenderer()]
        if log_format == "json"
        else [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last]
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.INFO)


def _without_colours(
    _logger: structlog.typing.WrappedLogger, _name: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    """Uvicorn says everything twice, the second time with a terminal's escape codes."""
    event.pop("color_message", None)
    return event


class RequestLog:
    """Gives each request an id, writes one line when it is answered, and counts it."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on. A stream is logged when it begins: it may stay open for minutes."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = secrets.token_hex(REQUEST_ID_BYTES)
        scope.setdefault("state", {})["request_id"] = request_id
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=request_id)
        began = time.perf_counter()

        async def send_and_log(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"x-request-id", request_id.encode())]
                self._answered(scope, message["status"], time.perf_counter() - began)
            await send(message)

        await self.app(scope, receive, send_and_log)

    def _answered(self, scope: Scope, status: int, seconds: float) -> None:
        route: str = scope["state"].get("route", "-")
        self.metrics.requests.labels(scope["method"] if scope["method"] in METHODS else "other", route, str(status)).inc()
        self.metrics.latency.labels(route).observe(seconds)
        if scope["path"].startswith(QUIET_PATHS) and status < 400:
            return
        log.info(
            "request",
            method=scope["method"],
            path=_shown(scope),
            route=route,
            status=status,
            ms=round(seconds * 1000, 1),
        )
