"""Which connections may be used again, and which have to be closed.

An object of this module is given to each request as httpx2's extension `trace`, which is told of
every step that a request takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx2

_CLOSING = "http11.response_closed.started"


class ConnectionGuard:
    """Closes a connection that carried an error, or more bytes than its answer has.

    Servers close connections after errors without saying so, and bytes behind an answer would be
    taken for the next one (RFC 9112, sections 6.3 and 9.3).

    handle: the answer, once its headers came.
    """

    handle: httpx2.Response | None = None

    def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Told of a step before others can use the connection."""
        stream = _stream_to_close(event, self.handle)
        if stream is not None:
            stream.close()


class AsyncConnectionGuard:
    """The same for async clients; see `ConnectionGuard`.

    Closes a connection as well whose TLS handshake is cancelled: httpcore2 closes it where the
    handshake fails, but not where the task is cancelled or a deadline ends it.
    """

    handle: httpx2.Response | None = None
    _stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """Told of a step before others can use the connection."""
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


# From an answer to the parser of its connection. There is no public way there.
_TO_PARSER = ("_stream", "_httpcore_stream", "_stream", "_connection", "_h11_state")


def unread(handle: httpx2.Response) -> bytes:
    """What came on the connection of an answer and was not read yet, as far as that is known."""
    found: Any = getattr(handle, "stream", None)
    for name in _TO_PARSER:
        found = getattr(found, name, None)
    data: bytes = getattr(found, "trailing_data", (b"", False))[0]
    return data
