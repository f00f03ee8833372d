"""Calls of operations by their ids, as the tests of the fakes make them."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import httpx2

from tests.fakes.service import Service, described

F = TypeVar("F", bound=Service)
FRESH = httpx2.Limits(max_keepalive_connections=0)
"""A connection for each call: the services close connections after errors."""


class Caller(Generic[F]):
    """Calls operations of a document in `specs`; the service itself checks every answer against it.

    Attributes:
        last: The last answer.
    """

    def __init__(self, name: str, fake: F, http: httpx2.Client) -> None:
        self.fake, self.http = fake, http
        self.last = httpx2.Response(200)
        self._places = {o.id: (o.method, o.path) for o in described(name).operations()}

    def __call__(
        self, operation: str, record_id: str = "none", *, expect: int = 200, **how: Any
    ) -> Any:
        method, path = self._places[operation]
        head, brace, tail = path.partition("{")
        url = head + record_id + tail.partition("}")[2] if brace else path
        self.last = self.http.request(method, url, **how)
        assert self.last.status_code == expect, self.last.text
        is_json = self.last.headers.get("content-type") == "application/json"
        return self.last.json() if is_json and self.last.content else self.last.content
