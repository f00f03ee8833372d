# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Requests as errors and captures may show them."""

from __future__ import annotations

import shlex
from typing import NamedTuple

Pairs = list[tuple[str, str]]

_SHOWN_HEADERS = frozenset(
    {"accept", "accept-encoding", "content-type", "idempotency-key", "user-agent"}
)
"""Headers whose values may be shown; every other value may be a credential."""


def hide_values(headers: Pairs) -> tuple[tuple[str, str], ...]:
    """The headers without the values that may be credentials."""
    return tuple(
        (name, value if name.lower() in _SHOWN_HEADERS else "***")
        for name, value in headers
    )


class Trace(NamedTuple):
    """One request as errors and captures may show it: without credentials."""

    operation: str = ""
    method: str = ""
    url: str = ""
    attempts: int = 0
    request_id: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    """The body if it is short and was in memory."""

    def summary(self) -> str:
        """Operation, method, URL, attempts and request id in one line."""
        if not self.method:
            return self.operation
        text = f"{self.method} {self.url}"
        if self.attempts > 1:
            text += f", {self.attempts} attempts"
        return f"{text}, request id {self.request_id}" if self.request_id else text

    def curl(self) -> str:
        """The request as a curl command line."""
        if not self.method:
            return ""
        words = ["curl", "-X", self.method, self.url]
        for name, value in self.headers:
            words += ["-H", f"{name}: {value}"]
        if self.body is not None:
            try:
                words += ["--data-raw", self.body.decode()]
            except UnicodeDecodeError:
                words += ["--data-binary", "@body"]
        return " ".join(map(shlex.quote, words))
