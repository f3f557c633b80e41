"""The web process: uvicorn around `application.create_app`."""

import resource
from typing import Final

import uvicorn

from app.application import create_app
from app.connection import BoundedConnection
from app.logs import configure_logging
from app.settings import Settings

DRAIN_S: Final = 3
"""Requests that run may finish; live channels are cut then. Without it uvicorn waits for them for ever."""


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
        proxy_headers=False,  # whom to believe about addresses is not uvicorn's to guess
        timeout_graceful_shutdown=DRAIN_S,
    )
    uvicorn.Server(config).run()


def _allow_files() -> None:
    """Take as many open files as the machine allows: each live page is one, and the usual soft limit is 1,024."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
