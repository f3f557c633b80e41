"""The web process: everything is put together here."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final, TypedDict

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app import problems
from app.asking_limits import AskingLimits
from app.assets import Assets
from app.auth.attempts import SignInAttempts
from app.auth.passwords import PasswordCheck
from app.auth.visitor import load_visitor
from app.database import Pool, is_unavailable, open_pool
from app.futile_saves import FutileSaves
from app.live import Live
from app.locales import Locale
from app.logs import RequestLog
from app.metrics import Metrics
from app.pages import STATIC, PageKey, warm
from app.pulse import Pulse
from app.receipt_key import ReceiptSigner, open_signer
from app.remembered_pages import RememberedPages
from app.routes import routes
from app.security_headers import SecurityHeaders
from app.settings import Settings
from app.voucher_attempts import VoucherAttempts

WEB_ROLE: Final = "sarap_web"

CLOSE_TIMEOUT_S: Final = 3
"""How long statements that still run may take when the process stops; a stop takes seconds."""


class State(TypedDict):
    """What a view finds as `request.state.pool` and so on. A request adds `account`, `request_id` and `route`."""

    settings: Settings
    pool: Pool
    live: Live
    pulse: Pulse
    metrics: Metrics
    passwords: PasswordCheck
    attempts: SignInAttempts
    voucher_attempts: VoucherAttempts
    futile_saves: FutileSaves
    receipts: ReceiptSigner
    asking: AskingLimits
    pages: dict[PageKey, bytes]
    remembered: RememberedPages


def create_app(settings: Settings) -> Starlette:
    """Make the web application. `settings.database_url` is set: whoever starts an embedded server puts its address there."""
    metrics = Metrics()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[State]:
        assert settings.database_url is not None
        receipts = open_signer(settings.receipt_keys_dir, datetime.now(UTC))
        pool = await open_pool(settings.database_url, WEB_ROLE)
        live = Live(settings.database_url, WEB_ROLE)
        app.state.live = live  # whoever stops the process ends its streams first
        await live.start()
        for locale in Locale:
            await run_in_threadpool(warm, locale)
        pulse = Pulse(pool)
        await pulse.start()
        metrics.live_streams.set_function(lambda: live.subscriber_count)
        try:
            yield State(
                settings=settings,
                pool=pool,
                live=live,
                pulse=pulse,
                metrics=metrics,
                passwords=PasswordCheck(),
                attempts=SignInAttempts(),
                voucher_attempts=VoucherAttempts(),
                futile_saves=FutileSaves(),
                receipts=receipts,
                asking=AskingLimits(),
                pages={},
                remembered=RememberedPages(),
            )
        finally:
            await pulse.stop()
            await live.stop()
            await _close(pool)

    application = Starlette(
        routes=[*routes(), Mount("/static", Assets(directory=STATIC), name="static")],
        middleware=[
            Middleware(ProxyHeadersMiddleware, trusted_hosts=list(settings.trusted_proxies)),
            Middleware(RequestLog, metrics=metrics),
            Middleware(SecurityHeaders, https=settings.public_url.startswith("https:")),
        ],
        exception_handlers={HTTPException: answer_unrouted},
        lifespan=lifespan,
    )
    # Each page has one address. Sending "/exams/" on to "/exams" would build the address from the caller's Host header.
    application.router.redirect_slashes = False
    return application


async def _close(pool: Pool) -> None:
    try:
        async with asyncio.timeout(CLOSE_TIMEOUT_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def answer_unrouted(request: Request, error: Exception) -> Response:
    """Answer what no page answers (404, 405), still as a page that knows its visitor."""
    try:
        await load_visitor(request)
    except Exception as fault:
        if not is_unavailable(fault):
            raise
    return await problems.answer(request, error)
