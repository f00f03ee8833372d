"""Answers of token endpoints: tokens and errors (RFC 6749, sections 5.1 and 5.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote_plus

import msgspec

from ..values.kinds import is_dict
from ..wire.errors import DecodeError, Error
from ..wire.messages import Failure, Request, Response
from ..wire.secrets import Quiet, Secret
from ..wire.trace import Trace
from .answers import trace_of
from .core import Core
from .error_bodies import error_class_name, message_of, status_text
from .tokens import fault_of

_OTHER_TYPES = frozenset({"dpop", "mac", "pop"})
"""Types of tokens that cannot be sent as Bearer. All other types are sent so."""
_DETAILS = ("error", "error_description", "error_uri")


class Issued(Quiet, frozen=True):
    """A token that was issued."""

    token: str
    expires_in: float | None
    """Seconds; None if the server does not send them."""
    refresh: str


def issued_by(response: Response) -> Issued | None:
    """The token in an answer; None if no token can be used."""
    if not 200 <= response.status < 300:
        return None
    words = _words_of(response)
    token = words.get("access_token")
    kind = words.get("token_type")
    if not isinstance(token, str) or not token or "error" in words:
        return None
    if isinstance(kind, str) and kind.lower() in _OTHER_TYPES:
        return None
    if fault_of(token):
        return None
    refresh = words.get("refresh_token")
    return Issued(
        token,
        _seconds(words.get("expires_in")),
        refresh if isinstance(refresh, str) else "",
    )


def _words_of(response: Response) -> dict[str, Any]:
    try:
        document: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    return document if is_dict(document) else {}


def _seconds(value: object) -> float | None:
    """A number; some servers send it as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        seconds = float(value)
    except (ValueError, OverflowError):
        return None
    return seconds if math.isfinite(seconds) else None


def trace_without_body(
    request: Request, outcome: Response | Failure, attempts: int
) -> Trace:
    """A token request in the form that errors may show: without its body, which has secrets."""
    return trace_of("", request, outcome, attempts)._replace(body=None)


def error_of(
    core: Core, response: Response, trace: Trace, secrets: Sequence[Secret[str]]
) -> Error:
    """The error for an answer without a token.

    Of the answer, it holds only the members about the error: others may be tokens.
    """
    words = _words_of(response)
    details: dict[str, str] = {
        name: _masked(words[name], secrets)
        for name in _DETAILS
        if isinstance(words.get(name), str)
    }
    message = ": ".join(details[name] for name in _DETAILS[:2] if details.get(name))
    status = response.status
    if 200 <= status < 300 and not details:
        kind = words.get("token_type")
        other = isinstance(kind, str) and kind.lower() in _OTHER_TYPES
        issued = f"a token of type {kind}" if other else "no token that can be sent"
        return DecodeError(
            f"The token endpoint issued {issued}", status=status, trace=trace
        )
    if not message and status >= 400:
        message = _masked(message_of(response.body), secrets)
    if 300 <= status < 400:
        message = (
            "it redirects, which token requests do not follow; check the token URL"
        )
    text = status_text(status)
    name = error_class_name(status)
    if name != "ServerError" and status != 429:
        name = "AuthenticationError"
    error: Error = core.error_class(name)(
        (
            f"No token was issued: {text}: {message}"
            if message
            else f"No token was issued: {text}"
        ),
        status=status,
        body=details or None,
        trace=trace,
    )
    return error


def _masked(text: str, secrets: Sequence[Secret[str]]) -> str:
    """A message of a server in one line, without the secrets that it may repeat."""
    for secret in secrets:
        for form in {secret.reveal(), quote_plus(secret.reveal())}:
            text = text.replace(form, "***")
    text = " ".join(text.split())
    return text if len(text) <= 500 else f"{text[:500]}…"
