# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Which connections may be used again, and which have to be closed.

An object of this module is the httpx2 extension `trace` of each request: httpx2 calls it at every
step of the request.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

_CLOSING = "http11.response_closed.started"


class ConnectionGuard:
    """Closes a connection that carried an error, or more bytes than its answer has.

    Some servers close connections after errors without `Connection: close`, and bytes after an
    answer would be read as the next answer (RFC 9112, sections 6.3 and 9.3).

    Attributes:
        handle: The answer; None before its headers are received.
    """

    handle: httpx2.Response | None = None
    _stream: Any = None

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Handle a step of the request; no other request uses the connection yet."""
        stream = _stream_to_close(event, self.handle)
        if stream is not None:
            stream.close()
        elif event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]

    def interrupt(self) -> None:
        """End the request, which another thread waits for; it gets an error.

        A connection that was used before is only known after the headers of the answer.
        """
        stream = self._stream
        if self.handle is not None:
            stream = self.handle.extensions.get("network_stream")
        raw: Any = None if stream is None else stream.get_extra_info("socket")
        if raw is not None:
            with suppress(OSError):  # it has ended already
                raw.shutdown(socket.SHUT_RDWR)


class AsyncConnectionGuard:
    """The same for async clients; see `ConnectionGuard`.

    It also closes a connection whose TLS handshake is cancelled: httpcore2 closes it if the
    handshake fails, but not if the task is cancelled or the deadline passes.
    """

    handle: httpx2.Response | None = None
    _stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Handle a step of the request; no other request uses the connection yet."""
        stream = _stream_to_close(event, self.handle)
        if stream is not None:
            await stream.aclose()
        elif event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith(".start_tls.failed") and self._stream is not None:
            await self._stream.aclose()


def _stream_to_close(event: str, handle: httpx2.Response | None) -> Any:
    """The network stream of an answer that ends, if its connection must not be used again."""
    if event != _CLOSING or handle is None:
        return None
    is_spoilt = handle.status_code >= 400 or unread(handle)
    return handle.extensions.get("network_stream") if is_spoilt else None


# The attributes from an answer to the parser of its connection; there is no public API.
_TO_PARSER = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


def unread(handle: httpx2.Response) -> bytes:
    """Bytes that the connection of an answer has received but not read, as far as that is known."""
    parser: Any = getattr(handle, "stream", None)
    for name in _TO_PARSER:
        parser = getattr(parser, name, None)
    data: bytes = getattr(parser, "trailing_data", (b"", False))[0]
    return data
