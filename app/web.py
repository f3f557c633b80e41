"""The web process: uvicorn around `application.create_app`.

A stop (SIGTERM) drains: no connection is taken any more, every live channel ends at once and says when to come again, requests
that run are answered. Together that takes `DRAIN_S` at most, and an instant where nothing runs.
"""

import gc
import resource
import socket
from typing import Final

import uvicorn
from starlette.applications import Starlette

from app.application import create_app
from app.connection import BoundedConnection
from app.logs import configure_logging
from app.settings import Settings

KEEP_ALIVE_S: Final = 75
"""How long a connection waits for its next request. A page saves after each pause in typing: with uvicorn's 5 s many saves
would connect anew. Proxies keep theirs for a minute."""

DRAIN_S: Final = 3
"""Requests that run may finish. Without it uvicorn waits for them for ever."""


class Server(uvicorn.Server):
    """uvicorn's server, whose live channels end first: they are answers that would go on for minutes."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and take what is loaded by then from the garbage collector, for which every request waits: it stays anyway."""
        await super().startup(sockets)
        gc.collect()
        gc.freeze()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Drain."""
        app = self.config.app
        if isinstance(app, Starlette) and (live := getattr(app.state, "live", None)) is not None:
            live.end_streams()
        await super().shutdown(sockets)


def run(settings: Settings) -> None:
    """Serve pages until a signal stops it. `settings.database_url` must be set."""
    configure_logging(settings.log_format)
    _allow_files()
    config = uvicorn.Config(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        loop="uvloop",
        http=BoundedConnection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,  # `app/logs.py` writes one line a request
        server_header=False,
        proxy_headers=False,  # `create_app` believes the proxies that the settings name, and no others
        timeout_graceful_shutdown=DRAIN_S,
        timeout_keep_alive=KEEP_ALIVE_S,
    )
    Server(config).run()


def _allow_files() -> None:
    """Take as many open files as the machine allows: each live page is one, and the usual soft limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
