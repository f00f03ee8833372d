"""What a fake service received, and what goes wrong with it on purpose."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from clientpress.document.data import is_array, is_object

from .faults import Fault, Received
from .service import JsonObject as JsonObject

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from .old_serving import App, Connections, Message, Receive, Send


@dataclass(slots=True)
class _Answer:
    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Observed:
    """An application whose requests are noted, and that fails as the faults say.

    The first fault that matches is taken, and is gone after its last time. Both lists may be
    changed from outside.
    """

    def __init__(self, app: App, connections: Connections) -> None:
        self.requests: list[Received] = []
        self.faults: list[Fault] = []
        self._app = app
        self._connections = connections

    async def __call__(
        self, scope: MutableMapping[str, Any], receive: Receive, send: Send
    ) -> None:
        request = _received(scope, await _read(receive))
        self.requests.append(request)
        fault = self._take(request)
        if fault is None:
            await self._app(scope, _replay(request.body, receive), send)
            return
        answer = await self._handle(scope, request, receive) if fault.handles else None
        if fault.delay:
            await _wait(receive, fault.delay)
        if fault.cut == "before_headers":
            await self._cut(scope, receive)
            return
        await self._send(scope, _spoiled(answer, fault), fault, receive, send)

    def _take(self, request: Received) -> Fault | None:
        for index, fault in enumerate(self.faults):
            if fault.matches(request):
                if fault.times > 1:
                    self.faults[index] = replace(fault, times=fault.times - 1)
                else:
                    del self.faults[index]
                return fault
        return None

    async def _handle(
        self, scope: MutableMapping[str, Any], request: Received, receive: Receive
    ) -> _Answer:
        answer = _Answer(500, [], b"")

        async def collect(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                answer.headers = list(message["headers"])
            else:
                answer.body += message.get("body", b"")

        await self._app(scope, _replay(request.body, receive), collect)
        return answer

    async def _send(
        self,
        scope: MutableMapping[str, Any],
        answer: _Answer,
        fault: Fault,
        receive: Receive,
        send: Send,
    ) -> None:
        await send(
            {
                "type": "http.response.start",
                "status": answer.status,
                "headers": answer.headers,
            }
        )
        if fault.cut:
            half = answer.body[: len(answer.body) // 2]
            await send({"type": "http.response.body", "body": half, "more_body": True})
            await self._cut(scope, receive)
        else:
            await send({"type": "http.response.body", "body": answer.body})

    async def _cut(self, scope: MutableMapping[str, Any], receive: Receive) -> None:
        self._connections[tuple(scope["client"])].abort()
        # The server takes a missing answer for a mistake until it has seen the connection go.
        await _disconnected(receive)


def _spoiled(answer: _Answer | None, fault: Fault) -> _Answer:
    """What is sent: the real answer, or the fault's own status and body."""
    if answer is None or fault.status is not None:
        status = fault.status or 500
        body = json.dumps({"error": HTTPStatus(status).phrase}).encode()
        answer = _Answer(status, [(b"content-type", b"application/json")], body)
    body = answer.body if fault.body is None else fault.body
    headers = [pair for pair in answer.headers if pair[0] != b"content-length"]
    headers.append((b"content-length", str(len(body)).encode()))
    if fault.retry_after is not None:
        headers.append((b"retry-after", _retry_after(fault.retry_after).encode()))
    headers.extend((name.encode(), value.encode()) for name, value in fault.headers)
    return _Answer(answer.status, headers, body)


def _retry_after(when: int | datetime) -> str:
    if isinstance(when, datetime):
        return format_datetime(when.astimezone(UTC), usegmt=True)
    return str(when)


def _received(scope: MutableMapping[str, Any], body: bytes) -> Received:
    raw_headers: list[tuple[bytes, bytes]] = scope["headers"]
    return Received(
        method=scope["method"],
        path=scope["raw_path"].decode("ascii"),
        query=tuple(
            parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True)
        ),
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1"))
            for name, value in raw_headers
        ),
        body=body,
    )


async def _read(receive: Receive) -> bytes:
    chunks: list[bytes] = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body", False):
            return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hand out the body that was read already, then what comes after it."""
    sent = False

    async def again() -> Message:
        nonlocal sent
        if sent:
            return await receive()
        sent = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


async def _wait(receive: Receive, seconds: float) -> None:
    """Wait, but no longer than the client does."""
    try:
        await asyncio.wait_for(_disconnected(receive), seconds)
    except TimeoutError:
        return


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def as_object(value: Any) -> dict[str, Any] | None:
    """The value if it is a JSON object."""
    return value if is_object(value) else None


def as_list(value: Any) -> list[Any] | None:
    """The value if it is a JSON array."""
    return value if is_array(value) else None
