"""Requests as tests get them: without secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import httpx2

from clientpress.testing.reading import Json
from clientpress.testing.redaction import MASK, SECRET_HEADERS
from clientpress.testing.security import Security


@dataclass(frozen=True)
class SentRequest:
    """A request that a fake API received.

    Attributes:
        method: The method, in capitals.
        url: The URL, without keys.
        operation_id: The operationId; where there is none, `METHOD /path` of the document.
        parameters: The values of the declared parameters, by their names in the document.
        headers: The headers, with `***` in place of secrets.
        content: The bytes of the body.
    """

    method: str
    url: httpx2.URL
    operation_id: str
    parameters: Mapping[str, Json]
    headers: httpx2.Headers
    content: bytes

    @property
    def path(self) -> str:
        """The path of the URL, decoded."""
        return self.url.path

    @property
    def query(self) -> httpx2.QueryParams:
        """The query, decoded."""
        return self.url.params

    @property
    def json(self) -> Json:
        """The body as JSON.

        Raises:
            ValueError: It is not JSON.
        """
        return json.loads(self.content)

    def __repr__(self) -> str:
        return f"<{self.operation_id}: {self.method} {self.url}>"


def without_secrets(
    request: httpx2.Request, security: Security
) -> tuple[httpx2.URL, httpx2.Headers]:
    """The URL and the headers of a request, with keys masked."""
    secret = set(SECRET_HEADERS) | {name.lower() for name in security.names("header")}
    headers = [
        (name, MASK if name.lower() in secret else value)
        for name, value in request.headers.multi_items()
    ]
    url = httpx2.URL(request.url)
    for name in security.names("query"):
        if name in url.params:
            url = url.copy_set_param(name, MASK)
    if url.userinfo:
        url = url.copy_with(userinfo=MASK.encode())
    return url, httpx2.Headers(headers)
