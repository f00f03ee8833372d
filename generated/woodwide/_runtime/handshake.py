# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""TLS handshakes that are given up by cancelling."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["Handshake"]


class Handshake:
    """Closes the connection of a request whose TLS handshake is cancelled.

    httpcore2 closes it where the handshake fails, but not where the task is cancelled or a
    deadline ends it; the event loop would keep the socket then. Given to a request of an async
    client as its extension `trace`.
    """

    def __init__(self) -> None:
        self._stream: Any = None

    async def __call__(self, event: str, info: Mapping[str, Any]) -> None:
        """What the transport tells about its steps."""
        if event.endswith(".connect_tcp.complete"):
            self._stream = info["return_value"]
        elif event.endswith(".start_tls.failed") and self._stream is not None:
            await self._stream.aclose()
