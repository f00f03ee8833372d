"""What token endpoints answer: tokens and errors (RFC 6749, sections 5.1 and 5.2)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote_plus

import msgspec

from ..values.kinds import is_dict
from ..wire.errors import ConfigurationError, DecodeError, Error
from ..wire.messages import Failure, Request, Response
from ..wire.trace import Trace
from .answers import trace_of
from .core import Core
from .error_bodies import error_class_name, message_of, status_text
from .tokens import check_secret

_OTHER_TYPES = frozenset({"dpop", "mac", "pop"})
"""Types of tokens that are not sent as Bearer. Others that servers make up are."""
_TOLD = ("error", "error_description", "error_uri")


class Issued(NamedTuple):
    """A token that was issued."""

    token: str
    expires_in: float | None
    """Seconds; None where the server does not say."""
    refresh: str


def issued_by(response: Response) -> Issued | None:
    """The token in an answer; None if there is none that can be used."""
    if not 200 <= response.status < 300:
        return None
    words = _words_of(response)
    token = words.get("access_token")
    kind = words.get("token_type")
    if not isinstance(token, str) or not token or "error" in words:
        return None
    if isinstance(kind, str) and kind.lower() in _OTHER_TYPES:
        return None
    try:
        check_secret(token, "The token")
    except ConfigurationError:
        return None
    refresh = words.get("refresh_token")
    return Issued(
        token,
        _seconds(words.get("expires_in")),
        refresh if isinstance(refresh, str) else "",
    )


def _words_of(response: Response) -> dict[str, Any]:
    try:
        found: Any = msgspec.json.decode(response.body)
    except (msgspec.DecodeError, ValueError, RecursionError):
        return {}
    return found if is_dict(found) else {}


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
    """A token request as errors may show it: its body may hold secrets."""
    return trace_of("", request, outcome, attempts)._replace(body=None)


def error_of(
    core: Core, response: Response, trace: Trace, secrets: Sequence[str]
) -> Error:
    """The error for an answer without a token.

    It holds what the answer says about the error, and nothing else of it: there may be tokens.
    """
    words = _words_of(response)
    told: dict[str, str] = {
        name: _masked(words[name], secrets)
        for name in _TOLD
        if isinstance(words.get(name), str)
    }
    said = ": ".join(told[name] for name in _TOLD[:2] if told.get(name))
    status = response.status
    if 200 <= status < 300 and not told:
        kind = words.get("token_type")
        other = isinstance(kind, str) and kind.lower() in _OTHER_TYPES
        what = f"one of type {kind}" if other else "none that can be sent"
        return DecodeError(
            f"The token endpoint was to issue a token, but it issued {what}",
            status=status,
            trace=trace,
        )
    if not said and status >= 400:
        said = _masked(message_of(response.body), secrets)
    if 300 <= status < 400:
        said = "it redirects, which token requests do not follow; check the token URL"
    text = status_text(status)
    name = error_class_name(status)
    if name != "ServerError" and status != 429:
        name = "AuthenticationError"
    error: Error = core.error_class(name)(
        (
            f"No token was issued: {text}: {said}"
            if said
            else f"No token was issued: {text}"
        ),
        status=status,
        body=told or None,
        trace=trace,
    )
    return error


def _masked(text: str, secrets: Sequence[str]) -> str:
    """One line of what a server says, without the secrets that it may repeat."""
    for secret in secrets:
        for form in {secret, quote_plus(secret)}:
            text = text.replace(form, "***")
    text = " ".join(text.split())
    return text if len(text) <= 500 else f"{text[:500]}…"
