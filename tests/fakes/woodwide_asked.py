"""What callers ask the fake Wood Wide service for: members of forms and of JSON, and pages."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.responses import JSONResponse, Response

from .old_faults import JsonObject, as_list, as_object
from .woodwide_records import RefusedError
from .woodwide_tables import Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from starlette.requests import Request

T = TypeVar("T")

_CHOICES = {
    "output_type": ("json", "csv", "parquet"),
    "anomaly_format": ("ids_only", "per_row"),
}
_OPERATORS = ("eq", "ne", "lt", "lte", "gt", "gte")
_FILE = {"filename": str, "bytes": int, "content_type": str}


def text_of(body: Mapping[str, Any], name: str) -> str | None:
    """A member that is text, or nothing.

    Raises:
        RefusedError: It is something else.
    """
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise RefusedError.invalid("string_type", "Not a string", "body", name)
    return value or None


def flag_of(body: Mapping[str, Any], name: str) -> bool:
    """A member that is true or false, in JSON or in a form.

    Raises:
        RefusedError: It is something else.
    """
    value = body.get(name, False)
    known = {"true": True, "1": True, "false": False, "0": False}
    found = known.get(str(value).lower())
    if found is None:
        raise RefusedError.invalid("bool_parsing", "Not a boolean", "body", name)
    return found


def wanted_of(body: Mapping[str, Any], output_type: str) -> Wanted:
    """What is wanted of a model.

    Raises:
        RefusedError: A member is not what it should be.
    """
    chosen = {"output_type": output_type, "anomaly_format": "ids_only"}
    for name, choices in _CHOICES.items():
        chosen[name] = text_of(body, name) or chosen[name]
        if chosen[name] not in choices:
            said = f"Input should be one of {', '.join(choices)}"
            raise RefusedError.invalid("enum", said, "body", name)
    k = body.get("k")
    if k is not None and not (str(k).isdecimal() and int(k) > 0):
        raise RefusedError.invalid("int_parsing", "Not an integer", "body", "k")
    return Wanted(
        **chosen,
        k=None if k is None else int(k),
        exclude_self_matches=flag_of(body, "exclude_self_matches"),
    )


def filters_of(body: Mapping[str, Any]) -> list[JsonObject]:
    """The conditions on rows.

    Raises:
        RefusedError: One has not the members that it needs.
    """
    found = list[JsonObject]()
    for index, item in enumerate(as_list(body.get("filters")) or ()):
        condition = as_object(item) or {}
        for name in ("column", "operator", "value"):
            if name not in condition:
                where = ("body", "filters", index, name)
                raise RefusedError.invalid("missing", "Field required", *where)
        if condition["operator"] not in _OPERATORS:
            where = ("body", "filters", index, "operator")
            raise RefusedError.invalid("enum", "Unknown operator", *where)
        found.append(condition)
    return found


def promised_file(body: Mapping[str, Any]) -> JsonObject:
    """What is said about a file that will be uploaded.

    Raises:
        RefusedError: A member is missing or not what it should be.
    """
    file = as_object(body.get("file")) or {}
    for name, kind in _FILE.items():
        if not isinstance(file.get(name), kind):
            where = ("body", "file", name)
            raise RefusedError.invalid("missing", "Field required", *where)
    return {name: file[name] for name in _FILE}


def page_of(
    request: Request,
    entries: Sequence[T],
    describe: Callable[[T], JsonObject],
    page_size: int,
    most: int,
) -> Response:
    """The page that is asked for, and the cursor of the next one.

    Raises:
        RefusedError: The limit is out of range, or the cursor was never given.
    """
    text = request.query_params.get("limit", str(page_size))
    limit = int(text) if text.isdecimal() else 0
    if not 1 <= limit <= most:
        said = f"Input should be from 1 to {most}"
        raise RefusedError.invalid("less_than_equal", said, "query", "limit")
    start = 0
    if "cursor" in request.query_params:
        given = request.query_params["cursor"]
        try:
            start = int(urlsafe_b64decode(given).decode("ascii"))
        except ValueError as error:
            raise RefusedError(400, "Invalid cursor") from error
    end = start + limit
    following = urlsafe_b64encode(str(end).encode()).decode()
    return JSONResponse(
        {
            "items": [describe(entry) for entry in entries[start:end]],
            "next_cursor": following if end < len(entries) else None,
        }
    )
