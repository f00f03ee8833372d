# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Links in answers: to other operations and their arguments, to files, to URLs for uploads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from msgspec import Struct

from ..values.pointers import ABSENT
from .operation import Operation

T = TypeVar("T")


class Link(Struct, frozen=True, kw_only=True):
    """An operation, and expressions for its arguments.

    Attributes:
        parameters: By name one or several expressions, of which the first with a value is used:
            "$job" (the id of the job), "$job#/x" (a part of its last state), or
            "$response.body#/x".
    """

    operation: Operation[Any]
    parameters: Mapping[str, str | tuple[str, ...]] = {}


class DownloadFrom(Struct, frozen=True, kw_only=True):
    """A file at a URL that an answer holds.

    Attributes:
        url: Expression for its URL in the answer.
        auth: "none" to send no credentials, "api" to send the API's to the API's own origin.
    """

    url: str
    auth: str = "none"


class SignedUpload(Struct, Generic[T], frozen=True, kw_only=True):
    """The upload of a file to a URL that an answer holds.

    Attributes:
        url: Expression for the URL in the answer.
        name: Expression for the name of the file in the request.
        size: Expression for its size in the request.
        type: Expression for its media type in the request.
        content_type: Expression for the Content-Type of the upload in the answer.
        complete: The call that reports the upload as complete.
    """

    url: str
    name: str
    size: str
    type: str
    content_type: str = ""
    complete: Link | None = None


def linked_arguments(link: Link, find: Callable[[str], Any]) -> tuple[Any, ...] | None:
    """The arguments of a linked call; None if a parameter has no value.

    Args:
        find: Evaluates an expression. ABSENT, None and "" mean that there is no value.
    """
    arguments: dict[str, Any] = {}
    for name, expressions in link.parameters.items():
        each = (expressions,) if isinstance(expressions, str) else expressions
        values = (find(expression) for expression in each)
        value = next((v for v in values if v not in (None, ABSENT, "")), None)
        if value is None:
            return None
        arguments[name] = value
    return tuple(arguments.get(p.name) for p in link.operation.parameters)
