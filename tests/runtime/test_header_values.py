"""Headers of answers as typed values: at captured calls, and at errors."""

from __future__ import annotations

import datetime as dt
import pickle
from typing import Any

import pytest

from clientpress.runtime.calls.capture import Captured
from clientpress.runtime.values.model import ApiModel
from clientpress.runtime.wire.errors import DecodeError, NotFoundError
from clientpress.runtime.wire.messages import Headers

NOON = dt.datetime(2026, 1, 2, 12, tzinfo=dt.UTC)


class Window(ApiModel):
    limit: int
    reset: float | None = None


def captured(*headers: tuple[str, str]) -> Captured:
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers]
    return Captured(
        operation="list",
        method="GET",
        url="https://x/y",
        status=200,
        headers=Headers(raw),
        request_id="r1",
        attempts=1,
        elapsed=0.1,
        body=b"",
    )


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("plain", str, "plain"),
        ("12", int, 12),
        ("-3", int, -3),
        (" 12 ", int, 12),
        ("0.5", float, 0.5),
        ("7", float, 7.0),
        ("true", bool, True),
        ("false", bool, False),
        ("2026-01-02T12:00:00Z", dt.datetime, NOON),
        ("Fri, 02 Jan 2026 12:00:00 GMT", dt.datetime, NOON),
        ("a, b,c", list[str], ["a", "b", "c"]),
        ("", list[str], []),
        ("1,2", list[int], [1, 2]),
        ('["a, b"]', list[str], ["a, b"]),
        ("1,2", tuple[int, int], (1, 2)),
        ("limit,5", dict[str, int], {"limit": 5}),
        ("limit=5,reset=7", dict[str, int], {"limit": 5, "reset": 7}),
        ("limit,5,reset,2.5", Window, Window(limit=5, reset=2.5)),
        ("limit=5", Window, Window(limit=5)),
        ('{"limit": 5}', Window, Window(limit=5)),
    ],
)
def test_a_header_as_a_value(text: str, kind: Any, value: object) -> None:
    assert captured(("X-Value", text)).header("x-value", kind) == value


def test_text_is_the_default_and_absent_is_none() -> None:
    call = captured(("X-Value", "5"))
    assert call.header("X-Value") == "5"
    assert call.header("X-Other") is None
    assert call.header("X-Other", int) is None


def test_headers_that_came_twice_are_one_list() -> None:
    call = captured(("Allow", "GET"), ("Allow", "PUT, POST"))
    assert call.header("Allow", list[str]) == ["GET", "PUT", "POST"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("many", int),
        ("1.5", int),
        ("", int),
        ("maybe", bool),
        ("soon", dt.datetime),
        ("Friday", dt.datetime),
        ("1,x", list[int]),
        ("limit", dict[str, int]),
        ("limit,x", Window),
        ("reset,1", Window),
        ("{", Window),
    ],
)
def test_what_is_no_value_of_the_type(text: str, kind: Any) -> None:
    with pytest.raises(DecodeError) as caught:
        captured(("X-Value", text)).header("X-Value", kind)
    error = caught.value
    assert error.message.startswith("The header 'X-Value' does not fit its type: ")
    assert [(i.path, i.value) for i in error.issues] == [("/headers/X-Value", text)]
    assert (error.status, error.request_id, error.operation) == (200, "r1", "list")
    assert pickle.loads(pickle.dumps(error)).headers["x-value"] == text


def test_errors_have_the_same_access() -> None:
    headers = Headers([(b"Retry-After", b"30"), (b"X-Odd", b"?")])
    error = NotFoundError("no", status=404, body=None, headers=headers)
    assert error.header("retry-after", int) == 30
    assert error.header("Retry-After") == "30"
    assert NotFoundError("no", status=404, body=None).header("X-Odd", int) is None
    with pytest.raises(DecodeError) as caught:
        error.header("X-Odd", int)
    assert caught.value.status == 404
