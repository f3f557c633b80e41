"""A connection to the web process: uvicorn's own, with the limits that it lacks before there is a request.

A head is the request line and the headers. One that is larger than `HEAD_MAX_BYTES` is refused with 431 (RFC 6585, 5) before
all of it is in memory; a connection that does not bring one within `HEAD_TIMEOUT_S` is closed. Bodies have their limits where
they are read (`forms.py`).
"""

import asyncio
import socket
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_MAX_BYTES: Final = 32 * 1024
"""Browsers send 1 to 2 KB to us; the usual limit of servers and proxies is 8 to 32 KB."""

HEAD_TIMEOUT_S: Final = 15
"""A head is one packet or two. Whoever sends it byte by byte holds a place that others need."""

SILENT_TIMEOUT_MS: Final = 30_000
"""A peer that has confirmed nothing of what was sent to it for so long is gone (RFC 5482; tcp(7), TCP_USER_TIMEOUT). The usual
quarter of an hour would leave a channel behind for each time that a weak line broke."""

TOO_LARGE: Final = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedConnection(HttpToolsProtocol):
    """uvicorn's connection, with both limits."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._head_bytes = 0
        self._head_due: asyncio.TimerHandle | None = None
        self._too_large = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Begin to wait for the first head."""
        super().connection_made(transport)
        peer: socket.socket | None = transport.get_extra_info("socket")
        if peer is not None and peer.family in {socket.AF_INET, socket.AF_INET6}:
            peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, SILENT_TIMEOUT_MS)
        self._expect_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._head_is_here()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what belongs to a head that is not complete yet."""
        super().data_received(data)
        if self._head_due is not None and not self.transport.is_closing():
            self._head_bytes += len(data)
            if self._head_bytes > HEAD_MAX_BYTES:
                self._too_large = True
                self.send_400_response("")

    def on_message_begin(self) -> None:
        """The first bytes of a head."""
        super().on_message_begin()
        self._expect_head()

    def on_headers_complete(self) -> None:
        """Let a request begin, unless its head came as one piece that is too large."""
        self._head_is_here()
        size = len(self.url) + sum(len(name) + len(value) for name, value in self.headers)
        if size > HEAD_MAX_BYTES:
            self._too_large = True
            raise ValueError("head too large")
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse, and say why."""
        self._head_is_here()
        if self._too_large:
            self.transport.write(TOO_LARGE)
            self.transport.close()
        else:
            super().send_400_response(msg)

    def _expect_head(self) -> None:
        self._head_is_here()
        self._head_due = self.loop.call_later(HEAD_TIMEOUT_S, self._give_up)

    def _head_is_here(self) -> None:
        self._head_bytes = 0
        if self._head_due is not None:
            self._head_due.cancel()
            self._head_due = None

    def _give_up(self) -> None:
        self._head_due = None
        if not self._is_answering():
            self.transport.close()

    def _is_answering(self) -> bool:
        cycle: Any = self.cycle  # uvicorn declares it as never None, and begins with None
        return cycle is not None and not cycle.response_complete
