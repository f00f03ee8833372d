"""What a fake service received, and what goes wrong with it on purpose."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any, Literal

import httpx2


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came over the wire."""

    method: str
    path: str
    """The path with its percent-encoding, without the query."""

    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    """Names are in lower case."""

    body: bytes
    target: str = ""
    """The path and the query, as they came."""

    def header(self, name: str) -> str | None:
        """Value of the first header of this name, whatever its case."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    def json(self) -> Any:
        """The body, read as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that goes wrong with the next `times` requests that `method` and `path` match.

    `path` is a pattern with `*` for the encoded path. Without `status`, the request is handled as
    always and its answer is what suffers: it comes late, is replaced by `body`, or is cut. With
    `status`, and with a cut before the headers, the request has no effect unless `takes_effect`
    says so.
    """

    method: str = "*"
    path: str = "*"
    status: int | None = None
    retry_after: int | datetime | None = None
    """`Retry-After`: a number of seconds, or a point in time, which is sent as an HTTP date."""

    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    cut: Literal["", "before_headers", "in_body"] = ""
    delay: float = 0.0
    """Seconds between handling the request and sending the answer."""

    takes_effect: bool = False
    times: int = 1

    def matches(self, request: Received) -> bool:
        """Whether this fault is for that request."""
        return fnmatchcase(request.method, self.method) and fnmatchcase(
            request.path, self.path
        )

    @property
    def handles(self) -> bool:
        """Whether the service does what the request asks for."""
        return self.takes_effect or (
            self.status is None and self.cut != "before_headers"
        )

    def spoil(self, answer: httpx2.Response | None) -> httpx2.Response:
        """What is sent instead of an answer; None if the service gave none."""
        if answer is None or self.status is not None:
            status = self.status or 500
            answer = httpx2.Response(status, json={"error": HTTPStatus(status).phrase})
        headers = answer.headers.multi_items()
        if self.retry_after is not None:
            headers.append(("retry-after", _as_header(self.retry_after)))
        headers.extend(self.headers)
        if self.body is None:
            stream = answer.stream
            return httpx2.Response(answer.status_code, headers=headers, stream=stream)
        headers = [pair for pair in headers if pair[0] != "content-length"]
        return httpx2.Response(answer.status_code, headers=headers, content=self.body)


def _as_header(when: int | datetime) -> str:
    if isinstance(when, datetime):
        return format_datetime(when.astimezone(UTC), usegmt=True)
    return str(when)
