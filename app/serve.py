"""Serve a whole centre on one machine.

    1. the database: the one of DATABASE_URL, else our own; migrated
    2. the Docker engine and the images of the languages
    3. the services: web, judging worker, registry worker
    4. a demo centre's people, scheme and tasks
    5. say where everything is, and look after the services until told to stop

A stop (Ctrl-C, SIGTERM) undoes the steps in reverse: what was started here ends, what was found running stays.
"""

import asyncio
import http.client
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Generator
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from types import FrameType
from typing import Final

from app import embedded_postgres, engine_setup, migrate, seed, seed_booking
from app.database import is_unavailable
from app.progress import NAME_WIDTH, Progress
from app.settings import Settings
from app.supervision import Service
from sandbox import images

LANGUAGES: Final = seed.LANGUAGES
"""Whose images a first start builds; `sarap images --all` builds the others."""

READY_TIMEOUT_S: Final = 60
"""The web answers within a second or two; a busy machine gets a minute."""

POLL_S: Final = 0.2


class ServeError(Exception):
    """The centre cannot be served; the message says why and what to do."""


def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises `ServeError` and the errors of each step. Call it on the main thread."""
    _require_free_port(settings)
    progress = Progress()
    console = progress.console
    began = time.monotonic()
    with ExitStack() as stack:
        stack.enter_context(_interruptible())

        # 1. the database
        server: embedded_postgres.Server | None = None
        if settings.database_url is None:
            with progress.step("PostgreSQL"):
                server = stack.enter_context(embedded_postgres.running(settings.data_dir))
            settings = replace(settings, database_url=server.url)
        assert settings.database_url is not None
        with progress.step("Migrations"):
            asyncio.run(migrate.migrate(settings.database_url, migrate.read(), settings.role_passwords))

        # 2. the engine and the images
        with progress.step("Docker engine"):
            stack.enter_context(engine_setup.engine(settings.data_dir, progress.say))
        with progress.step("Sandbox images"):
            asyncio.run(images.ensure(LANGUAGES, progress.say))

        # 3. the services
        services = stack.enter_context(_services(settings))
        with progress.step("Web and workers"):
            _wait_until_ready(settings, services)

        def tend() -> None:
            time.sleep(POLL_S)
            if server is not None and server.revive():
                console.print("PostgreSQL had ended; it was started again")
            for service in services:
                if said := service.tend():
                    console.print(said)

        # 4. a demo centre
        if settings.demo:
            with progress.step("Demo centre"):
                _seed(settings, progress, tend)

        # 5. until told to stop
        console.print(f"  {'ready after':<{NAME_WIDTH}} {time.monotonic() - began:6.1f} s\n")
        _welcome(settings, progress)
        with suppress(KeyboardInterrupt):
            while True:
                tend()
        console.print("Stopping …")


def _require_free_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise ServeError(
                f"cannot listen on {settings.host}:{settings.port} ({error.strerror}): choose another port, e.g. PORT=8001"
            ) from error


@contextmanager
def _interruptible() -> Generator[None]:
    """Every way to be told to stop ends the main thread's work once; a second telling does not disturb the tidying."""
    told = False

    def tell(_number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise KeyboardInterrupt

    before = {number: signal.signal(number, tell) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _services(settings: Settings) -> Generator[list[Service]]:
    assert settings.database_url is not None
    environment = {"DATABASE_URL": settings.database_url, "SARAP_DEMO": "1" if settings.demo else "0"}
    # On a terminal people read the steps and what goes wrong; a service manager wants every line itself.
    logs = settings.data_dir / "log" if sys.stderr.isatty() else None
    # Only the registry may open the device with the keys, so nobody else is told how. An empty variable is as none.
    keyless = environment | {"SARAP_PKCS11_PIN": "", "SARAP_PKCS11_PIN_FILE": "", "SARAP_PKCS11_MODULE": ""}
    services = [
        Service(name, arguments, environment if name == "registry" else keyless, None if logs is None else logs / f"{name}.log")
        for name, arguments in (
            ("web", ("serve", "--web-only")),
            ("judging", ("worker", "judging")),
            ("registry", ("worker", "registry")),
        )
    ]
    try:
        for service in services:
            service.start()
        yield services
    finally:
        for service in services:
            service.ask_to_stop()
        for service in services:
            service.stop()


def _wait_until_ready(settings: Settings, services: list[Service]) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while not _is_ready(settings):
        for service in services:
            if said := service.tend():
                raise ServeError(said)
        if time.monotonic() > deadline:
            raise ServeError(f"the web did not become ready within {READY_TIMEOUT_S} s: see {settings.data_dir / 'log'}")
        time.sleep(POLL_S)


def _seed(settings: Settings, progress: Progress, tend: Callable[[], None]) -> None:
    """Seed in a thread: it takes minutes and people use the centre already, so the main thread looks after it meanwhile."""
    outcome: Future[None] = Future()

    def work() -> None:
        try:
            outcome.set_result(asyncio.run(_seed_patiently(settings, progress)))
        except BaseException as error:  # noqa: BLE001 - raised on the main thread
            outcome.set_exception(error)

    threading.Thread(target=work, name="seed", daemon=True).start()  # a daemon: a Ctrl-C does not wait for it
    while not outcome.done():
        tend()
    outcome.result()


async def _seed_patiently(settings: Settings, progress: Progress) -> None:
    """Begin again when a database that went away is back: what was done is found there."""
    while True:
        try:
            return await seed.seed(settings, progress.say)
        except Exception as error:
            if not is_unavailable(error):
                raise
            progress.say("waiting for the database")
            await asyncio.sleep(1)


def _is_ready(settings: Settings) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104 - compared, not bound
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except OSError:
        return False
    finally:
        connection.close()


def _welcome(settings: Settings, progress: Progress) -> None:
    lines = [f"[bold]{settings.centre_name}[/] is at [bold]{settings.public_url}[/]"]
    if settings.demo:
        chosen = seed.passwords(settings.data_dir)
        lines.append("")
        lines += [
            f"  {person.role.value:<10} {person.login:<11} {chosen[person.login]}   ({person.display_name})"
            for person in seed.PEOPLE
        ]
        lines.append(f"\n  vouchers   {'   '.join(seed_booking.vouchers(settings.data_dir))}")
    if sys.stderr.isatty():
        lines.append(f"\nLogs are in {settings.data_dir / 'log'}.")
    lines.append("Ctrl-C stops everything that was started here.")
    progress.console.print("\n".join(lines))
