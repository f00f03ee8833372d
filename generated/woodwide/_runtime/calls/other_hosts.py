# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Requests to URLs in answers: signed URLs on other hosts, without credentials."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from ..values.issues import Issue, MisfitError
from ..values.pointers import ABSENT, lookup
from ..wire import urls
from ..wire.errors import DecodeError
from ..wire.operation import Operation
from .answers import Answer, decode_error
from .core import Core
from .options import Options
from .preparing import Prepared, prepare

_BODY = "$response.body#"


def address_in(answer: Answer, value: Any, expression: str, base: str) -> str:
    """The absolute URL that an answer holds at `$response.body#/x`.

    Raises:
        DecodeError: There is no URL, or it must not be followed.
    """
    pointer = expression.removeprefix(_BODY)
    reference = lookup(value, pointer)
    if not isinstance(reference, str) or not reference:
        actual = "nothing" if reference is ABSENT else repr(reference)
        raise _no_address(
            answer, pointer, f"Expected the URL of a file, found {actual}"
        )
    try:
        url = urls.resolve(base, reference)
        urls.origin(url)
    except ValueError as e:
        raise _no_address(answer, pointer, str(e)) from None
    return url


def _no_address(answer: Answer, pointer: str, message: str) -> DecodeError:
    return decode_error(MisfitError([Issue(pointer, message)]), answer)


def prepare_elsewhere(
    core: Core,
    operation: Operation[Any],
    url: str,
    body: Any,
    options: Options | None,
    auth: str,
) -> Prepared:
    """A request to such a URL.

    Args:
        auth: "api" to send credentials to the API's own origin, "none" to send none at all.
    """
    prepared = prepare(core, operation, (), body, options, url=url)
    return prepared if auth == "api" else replace(prepared, trusted=False)
