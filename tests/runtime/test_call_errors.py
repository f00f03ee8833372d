"""The tree of errors: what they say, what they hide, and that they pickle."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import pytest

from clientpress.runtime.batches.request_files import LineError
from clientpress.runtime.calls.error_bodies import (
    body_of,
    error_class_name,
    message_of,
    parse_error_body,
    status_text,
)
from clientpress.runtime.results.pagination import PagingError
from clientpress.runtime.results.polling import JobFailedError, PollingTimeoutError
from clientpress.runtime.results.streaming import StreamError, failure_at
from clientpress.runtime.tables.schema import TableError
from clientpress.runtime.tensors.errors import TensorError
from clientpress.runtime.values.issues import Issue
from clientpress.runtime.wire import errors
from clientpress.runtime.wire.messages import Headers, Response
from clientpress.runtime.wire.trace import Trace

TRACE = Trace(
    operation="getThing",
    method="POST",
    url="https://api.example.com/things?limit=1",
    attempts=3,
    request_id="req_1",
    headers=(("authorization", "***"), ("content-type", "application/json")),
    body=b'{"a": "it\'s"}',
)
HEADERS = Headers([(b"Retry-After", b"3"), (b"X-A", b"1"), (b"x-a", b"2")])


def test_all_are_errors_of_the_client_and_of_the_usual_kinds() -> None:
    usual = {
        errors.ConfigurationError: ValueError,
        errors.InvalidRequestError: ValueError,
        errors.ConnectionFailedError: ConnectionError,
        errors.RequestTimeoutError: TimeoutError,
    }
    for cls, base in usual.items():
        assert issubclass(cls, errors.Error)
        assert issubclass(cls, base)


def test_none_shadows_a_builtin() -> None:
    import builtins

    classes = [name for name in vars(errors) if name.endswith("Error")]
    assert len(classes) > 15
    assert not [name for name in classes if hasattr(builtins, name)]


def pickled(error: Any) -> Any:
    return pickle.loads(pickle.dumps(error))


STATUS: Any = errors.NotFoundError(
    "404 Not Found: gone",
    status=404,
    body={"error": "gone"},
    headers=HEADERS,
    raw=b"{}",
    trace=TRACE,
)
MADE: list[tuple[errors.Error, dict[str, Any]]] = [
    (errors.ConfigurationError("no key"), {}),
    (errors.InvalidRequestError("empty", trace=TRACE), {}),
    (
        errors.ConnectionFailedError("reset", sent=True, trace=TRACE),
        {"sent": True, "attempts": 3, "errno": None},
    ),
    (
        errors.RequestTimeoutError("slow", phase="read", sent=True, trace=TRACE),
        {"phase": "read", "sent": True},
    ),
    (STATUS, {"status": 404, "body": {"error": "gone"}, "raw": b"{}"}),
    (
        errors.DecodeError(
            "misfit", issues=[Issue("/a", "b", 1)], status=200, raw=b"1"
        ),
        {"issues": [Issue("/a", "b", 1)], "raw": b"1", "status": 200},
    ),
    (StreamError("cut", trace=TRACE), {"url": TRACE.url}),
    (PagingError("again", trace=TRACE), {"operation": "getThing"}),
    (
        JobFailedError("failed", job={"a": 1}, state="failed", reason="why"),
        {"job": {"a": 1}, "state": "failed", "reason": "why"},
    ),
    (PollingTimeoutError("late", job=[1]), {"job": [1]}),
    (
        TableError("wrong", column="a", row=3, expected="int"),
        {"column": "a", "row": 3, "expected": "int"},
    ),
    (LineError("wrong", line=7), {"line": 7}),
    (TensorError("wrong"), {}),
]


@pytest.mark.parametrize(("error", "attributes"), MADE)
@pytest.mark.parametrize("again", [pickled, copy.copy, copy.deepcopy])
def test_errors_come_through_pickling_and_copying(
    error: errors.Error, attributes: dict[str, Any], again: Any
) -> None:
    made = again(error)
    assert type(made) is type(error)
    assert (str(made), repr(made), made.trace) == (str(error), repr(error), error.trace)
    for name, value in attributes.items():
        assert getattr(made, name) == value


def test_headers_are_found_in_any_case() -> None:
    assert STATUS.headers["retry-after"] == "3"
    assert STATUS.headers["RETRY-AFTER"] == "3"
    assert STATUS.headers["x-a"] == "1, 2"
    assert "x-b" not in STATUS.headers
    assert pickle.loads(pickle.dumps(STATUS)).headers["Retry-After"] == "3"
    assert "3" not in repr(STATUS.headers)


def test_the_text_is_one_line_with_what_support_asks_for() -> None:
    assert str(STATUS) == (
        "404 Not Found: gone (POST https://api.example.com/things?limit=1, 3 attempts,"
        " request id req_1)"
    )
    assert str(errors.ConfigurationError("no key")) == "no key"
    assert (STATUS.operation, STATUS.method, STATUS.attempts) == ("getThing", "POST", 3)
    assert STATUS.request_id == "req_1"


def test_curl() -> None:
    assert STATUS.curl == (
        "curl -X POST 'https://api.example.com/things?limit=1'"
        " -H 'authorization: ***' -H 'content-type: application/json'"
        ' --data-raw \'{"a": "it\'"\'"\'s"}\''
    )
    assert errors.ConfigurationError("no key").curl == ""
    binary = StreamError("x", trace=TRACE._replace(body=b"\xff"))
    assert binary.curl.endswith("--data-binary @body")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "No such batch"}}, "No such batch"),
        ({"error": "No such batch"}, "No such batch"),
        ({"code": "not-found", "error": "No such batch"}, "No such batch"),
        ({"message": "No such batch"}, "No such batch"),
        ({"detail": "No such batch"}, "No such batch"),
        ({"title": "Not found", "detail": "No batch"}, "Not found: No batch"),
        ({"title": "Not found", "status": 404}, "Not found"),
        (
            {"detail": [{"loc": ["a"], "msg": "missing"}, {"msg": "b"}]},
            "missing (and 1 more)",
        ),
        ({"errors": [{"message": "a"}]}, "a"),
        ({"error": "invalid_grant", "error_description": "x"}, "invalid_grant"),
        ("just text", "just text"),
        ({"error": "two\nlines"}, "two lines"),
        ({"error": {"message": None}, "message": "this"}, "this"),
        ({"unknown": "form"}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_messages_of_common_error_bodies(body: object, message: str) -> None:
    assert message_of(json.dumps(body).encode()) == message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (
            {"message": "Validation error", "detail": {"json": {"name": ["Short."]}}},
            "Validation error: json.name: Short.",
        ),
        (
            {"code": 422, "errors": {"json": {"a": {"0": ["Not a date.", "Old."]}}}},
            "json.a.0: Not a date.",
        ),
        ({"detail": "No", "errors": {"a": 1}}, "No"),
    ],
)
def test_fields_that_are_wrong(body: object, message: str) -> None:
    assert message_of(json.dumps(body).encode()) == message


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff\xfe", b"[" * 100_000])
def test_bodies_that_are_no_json_have_no_message(body: bytes) -> None:
    assert message_of(body) == ""


def test_long_messages_are_cut() -> None:
    assert len(message_of(json.dumps({"error": "x" * 10_000}).encode())) < 600


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "BadRequestError"),
        (401, "AuthenticationError"),
        (403, "PermissionDeniedError"),
        (404, "NotFoundError"),
        (409, "ConflictError"),
        (418, "StatusError"),
        (422, "UnprocessableError"),
        (429, "RateLimitError"),
        (500, "ServerError"),
        (599, "ServerError"),
        (302, "StatusError"),
    ],
)
def test_class_by_status(status: int, name: str) -> None:
    assert error_class_name(status) == name
    assert issubclass(getattr(errors, name), errors.StatusError)


def test_status_texts() -> None:
    assert status_text(404) == "404 Not Found"
    assert status_text(799) == "799"


@pytest.mark.parametrize(
    ("content_type", "body", "said"),
    [
        ("application/json", b'data: {"error": "no"}\n\n', None),
        ("text/event-stream", b'data: {"error": "no"}\n\n', b'{"error": "no"}'),
        ("text/event-stream; charset=utf-8", b"data:a\n\ndata:b\n\n", b"a"),
        ("text/event-stream", b": wait\n\nevent: error\ndata: a\ndata: b\n\n", b"a\nb"),
        ("text/event-stream", b"\xef\xbb\xbfdata: a\r\n\r\n", b"a"),
        ("Text/Event-Stream", b"event: error\ndata: cut", b"cut"),
        ("text/event-stream", b'{"error": "no"}', None),
        ("text/event-stream", b"", None),
    ],
)
def test_a_stream_that_fails_before_it_begins(
    content_type: str, body: bytes, said: bytes | None
) -> None:
    """The error is in its first event; without one, the body is as it came."""
    headers = Headers([(b"Content-Type", content_type.encode())])
    response = Response(400, headers, body)
    assert body_of(response) == (body if said is None else said)
    if said == b'{"error": "no"}':
        assert parse_error_body(None, response) == {"error": "no"}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'{"error": "no"}', "no"),
        (b'{"error": {"message": "no\\nmore"}}', "no more"),
        (b'{"error": {"code": 3}}', "it does not say why"),
        (b'{"error": null}', None),
        (b'{"text": "error"}', None),
        (b'{"text": "a"}', None),
        (b"error", None),
        (b'["error"]', None),
    ],
)
def test_an_event_that_stands_for_a_failure(data: bytes, said: str | None) -> None:
    assert failure_at(data, "/error") == said
