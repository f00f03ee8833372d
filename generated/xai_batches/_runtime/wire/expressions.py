# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""OpenAPI runtime expressions in descriptions of operations, evaluated on answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..values.encoding import to_builtins
from ..values.kinds import is_dict
from ..values.pointers import ABSENT, lookup, steps_of
from .messages import Response
from .operation import Operation

_HEADER = "$response.header."
_BODY = "$response.body#"
_REQUEST_BODY = "$request.body#"


def evaluate(expression: str, response: Response, body: Any) -> Any:
    """The value of `$response.body#/x` or `$response.header.X`; ABSENT if there is none.

    Raises:
        ValueError: The expression is another one.
    """
    if expression.startswith(_HEADER):
        return response.headers.get(expression[len(_HEADER) :], ABSENT)
    if expression == "$response.body":
        return body
    if expression.startswith(_BODY):
        return lookup(body, expression[len(_BODY) :])
    raise ValueError(f"Not an expression about a response: {expression!r}")


def _place(operation: Operation[Any], expression: str) -> int:
    source, _, rest = expression.partition(".")
    location, _, name = rest.partition("#/")[0].partition(".")
    place = operation.index_of(location, name) if source == "$request" else -1
    if place < 0:
        raise ValueError(f"{operation.id} has no argument {expression!r}")
    return place


def argument_of(
    operation: Operation[Any], expression: str, arguments: Sequence[Any], body: Any
) -> Any:
    """The argument for `$request.query.x`, or a member: of one (`$request.query.page#/size`) or of the body."""
    is_body = expression.startswith(_REQUEST_BODY)
    value = body if is_body else arguments[_place(operation, expression)]
    pointer = expression.partition("#")[2]
    if not pointer:
        return value
    member = lookup(value, pointer)
    return None if member is ABSENT else member


def replace_argument(
    operation: Operation[Any],
    expression: str,
    arguments: Sequence[Any],
    body: Any,
    value: Any,
) -> tuple[Sequence[Any], Any]:
    """Arguments and body with another value at an address of `argument_of`."""
    pointer = expression.partition("#")[2]
    if expression.startswith(_REQUEST_BODY):
        return arguments, _with_member(body, pointer, value)
    place = _place(operation, expression)
    if pointer:
        value = _with_member(arguments[place], pointer, value)
    return (*arguments[:place], value, *arguments[place + 1 :]), body


def _with_member(body: Any, pointer: str, value: Any) -> Any:
    """A copy of the body with another value at a pointer."""
    copied = _copied(body)
    target = copied
    *steps, last = steps_of(pointer)
    for step in steps:
        target[step] = target = _copied(target.get(step))
    target[last] = value
    return copied


def _copied(value: Any) -> dict[Any, Any]:
    """A copy of an object, as a dict."""
    plain: object = value if is_dict(value) else to_builtins(value or {})
    return dict(plain) if is_dict(plain) else {}
