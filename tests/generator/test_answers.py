"""What comes back: what is documented, what came, and what the caller gets.

The servers are real sockets, and every call is made by both clients.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.generator.answering import Answering, Bytes
from tests.servers.misbehaving import (
    MisbehavingServer,
    Step,
    digest,
    part,
    reply,
    stream,
)

THING = {"type": "object", "required": ["id"], "properties": {"id": {"type": "string"}}}
STRING = {"type": "string"}
BINARY = {"type": "string", "format": "binary"}
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def server() -> Iterator[MisbehavingServer]:
    with MisbehavingServer() as server:
        yield server


def document(responses: dict[str, Any], method: str = "get", **more: Any) -> Any:
    """A document with one operation, `get`."""
    operation = {"operationId": "get", "responses": responses, **more}
    return {
        "openapi": "3.2.0",
        "info": {"title": "T", "version": "1"},
        "paths": {"/x": {method: operation}},
        "components": {"schemas": {"Thing": THING}},
    }


def success(media: dict[str, Any] | None, status: str = "200") -> dict[str, Any]:
    """A documented success."""
    found: dict[str, Any] = {"description": "Good."}
    if media is not None:
        found["content"] = {
            n: {"schema": s} if s is not None else {} for n, s in media.items()
        }
    return {status: found}


def came(media_type: str, body: bytes, status: int = 200) -> Step:
    """An answer."""
    return reply(status, body, {"Content-Type": media_type} if media_type else {})


JSON = "application/json"
REF = {"$ref": "#/components/schemas/Thing"}
# documented, what came, the result, its type
RESULTS: dict[str, tuple[dict[str, Any], Step, Any, str]] = {
    # JSON
    "JSON of another name": (
        success({JSON: {"type": "integer"}}),
        came("application/vnd.acme+json; charset=utf-8", b"5"),
        5,
        "int",
    ),
    "text/json": (
        success({JSON: {"type": "integer"}}),
        came("text/json", b"5"),
        5,
        "int",
    ),
    "JSON without a Content-Type": (
        success({JSON: {"type": "integer"}}),
        came("", b"5"),
        5,
        "int",
    ),
    "JSON of no schema, as text": (
        success({JSON: {}}),
        came("text/plain; charset=latin-1", b"\xe9"),
        "é",
        "JsonValue | BinaryAnswer",
    ),
    "JSON of no schema, as a picture": (
        success({JSON: {}}),
        came("image/png", PNG),
        Bytes(PNG),
        "JsonValue | BinaryAnswer",
    ),
    "JSON of no schema, empty": (
        success({JSON: {}}),
        came("", b""),
        None,
        "JsonValue | BinaryAnswer",
    ),
    "JSON text, as text": (
        success({JSON: STRING}),
        came("text/html", b"<p>"),
        "<p>",
        "str",
    ),
    "JSON text, as a picture": (
        success({JSON: STRING}),
        came("image/png", PNG),
        Bytes(PNG),
        "str",
    ),
    "JSON bytes, as bytes": (
        success({JSON: BINARY}),
        came("application/zip", b"PK"),
        Bytes(b"PK"),
        "BinaryAnswer",
    ),
    # other media types beside JSON
    "XML beside JSON": (
        success({"application/xml": REF, JSON: {"type": "integer"}}),
        came(JSON, b"5"),
        5,
        "int",
    ),
    "protobuf and JOSE beside JSON": (
        success(
            {
                JSON: {"type": "integer"},
                "application/x-protobuf": None,
                "application/jose": STRING,
            }
        ),
        came(JSON, b"5"),
        5,
        "int",
    ),
    "what ASP.NET Core writes": (
        success({"text/plain": REF, JSON: {"type": "integer"}, "text/json": REF}),
        came(JSON, b"5"),
        5,
        "int | Thing",
    ),
    "text beside JSON": (
        success({JSON: {"type": "integer"}, "text/plain": STRING}),
        came("text/plain", b"five"),
        "five",
        "int | str",
    ),
    "any bytes beside JSON": (
        success({JSON: {"type": "integer"}, "application/octet-stream": BINARY}),
        came("image/png", PNG),
        Bytes(PNG),
        "int | BinaryAnswer",
    ),
    # ranges of media types
    "any media type, text": (
        success({"*/*": STRING}),
        came("text/plain", b"a"),
        "a",
        "str",
    ),
    "any media type, text that is JSON": (
        success({"*/*": STRING}),
        came(JSON, b'"a"'),
        "a",
        "str",
    ),
    "any media type, text of an odd type": (
        success({"*/*": STRING}),
        came("application/x-odd", b"a"),
        "a",
        "str",
    ),
    "any media type, bytes": (
        success({"*/*": BINARY}),
        came(JSON, b"[1]"),
        Bytes(b"[1]"),
        "BinaryAnswer",
    ),
    "any media type, base64 that are bytes": (
        success({"*/*": {"type": "string", "format": "byte"}}),
        came("application/octet-stream", PNG),
        Bytes(PNG),
        "BinaryAnswer",
    ),
    "any media type, no schema, JSON": (
        success({"*/*": None}),
        came(JSON, b"[1]"),
        [1],
        "JsonValue | BinaryAnswer",
    ),
    "any media type, no schema, bytes": (
        success({"*/*": None}),
        came("application/pdf", b"%PDF"),
        Bytes(b"%PDF"),
        "JsonValue | BinaryAnswer",
    ),
    "any media type, a number": (
        success({"*/*": {"type": "integer"}}),
        came("application/hal+json", b"5"),
        5,
        "int",
    ),
    # no content is documented
    "nothing documented, nothing came": (
        success(None),
        came("", b""),
        None,
        "JsonValue | BinaryAnswer",
    ),
    "nothing documented, 204": (
        success(None),
        came("", b"", 204),
        None,
        "JsonValue | BinaryAnswer",
    ),
    "nothing documented, 205": (
        success(None),
        came("", b"", 205),
        None,
        "JsonValue | BinaryAnswer",
    ),
    "nothing documented, JSON": (
        success(None),
        came("application/problem+json", b'{"a": 1}'),
        {"a": 1},
        "JsonValue | BinaryAnswer",
    ),
    "nothing documented, text": (
        success(None),
        came("text/csv", b"a,b"),
        "a,b",
        "JsonValue | BinaryAnswer",
    ),
    "nothing documented, a file": (
        success(None),
        came("application/zip", b"PK"),
        Bytes(b"PK"),
        "JsonValue | BinaryAnswer",
    ),
    # What converters of older documents write.
    "an empty content is documented": (
        success({}),
        came(JSON, b"[1]"),
        [1],
        "JsonValue | BinaryAnswer",
    ),
    "no response is documented": (
        {},
        came(JSON, b"[1]"),
        [1],
        "JsonValue | BinaryAnswer",
    ),
    # no body
    "204 with content": (
        success({JSON: {"type": "integer"}}, "204"),
        came("", b"", 204),
        None,
        "None",
    ),
    "2XX with content, 204": (
        success({JSON: {"type": "integer"}}, "2XX"),
        came("", b"", 204),
        None,
        "int | None",
    ),
    "default with content, an empty 202": (
        success({JSON: {"type": "integer"}}, "default"),
        came("", b"", 202),
        None,
        "int | None",
    ),
    "200 with content, 204 without, an empty 200": (
        success({JSON: {"type": "integer"}}) | success(None, "204"),
        came("", b""),
        None,
        "int | None",
    ),
    "200 with content, 202 without": (
        success({JSON: {"type": "integer"}}) | success(None, "202"),
        came(JSON, b'"later"', 202),
        "later",
        "int | None",
    ),
    "304": (
        success({JSON: {"type": "integer"}}) | success(None, "304"),
        came("", b"", 304),
        None,
        "int | None",
    ),
    # binary
    "a picture": (
        success({"image/png": None}),
        came("image/png", PNG),
        Bytes(PNG),
        "BinaryAnswer",
    ),
    "a file of text": (
        success({"text/plain": BINARY}),
        came("text/plain", b"a"),
        Bytes(b"a"),
        "BinaryAnswer",
    ),
    "an empty file": (
        success({"application/octet-stream": BINARY}),
        came("application/octet-stream", b""),
        Bytes(b""),
        "BinaryAnswer",
    ),
    # media types with parameters
    "the second version": (
        success(
            {
                "application/json;v=2": {"type": "integer"},
                "application/json;v=1": STRING,
            }
        ),
        came("application/json; v=1", b'"a"'),
        "a",
        "int | str",
    ),
    "the first version, quoted": (
        success(
            {
                "application/json;v=2": {"type": "integer"},
                "application/json;v=1": STRING,
            }
        ),
        came('application/json;charset=utf-8;v="2"', b"5"),
        5,
        "int | str",
    ),
    "no version": (
        success(
            {
                "application/json;v=2": {"type": "integer"},
                "application/json;v=1": STRING,
            }
        ),
        came(JSON, b"5"),
        5,
        "int | str",
    ),
}


@pytest.mark.parametrize(
    ("documented", "step", "result", "kind"), RESULTS.values(), ids=RESULTS
)
def test_results(
    documented: dict[str, Any],
    step: Step,
    result: Any,
    kind: str,
    tmp_path: Path,
    server: MisbehavingServer,
) -> None:
    client = Answering(tmp_path, document(documented), server)
    assert client("get", step) == result
    text = " ".join(client.files["groups/operations.py"].split())
    assert f"-> {kind}:" in text.replace("( ", "(").replace(" )", ")")


ERRORS: dict[str, tuple[dict[str, Any], Step, str]] = {
    "a page where JSON is documented": (
        success({JSON: {"type": "integer"}}),
        came("text/html", b"\n<!doctype html>\n<title>Log in</title>"),
        "The answer (200 OK) is not as documented: it is text/html, not JSON."
        " It begins with '<!doctype html>'",
    ),
    "a picture where JSON or text is documented": (
        success({JSON: {"type": "integer"}, "text/plain": STRING}),
        came("image/png", b"\x89PNG"),
        "The answer (200 OK) is not as documented: it is image/png, not application/json or"
        " text/plain. It begins with '�PNG'",
    ),
    "an empty body": (
        success({JSON: {"type": "integer"}}),
        came(JSON, b""),
        "The answer (200 OK) is not as documented: the body is empty",
    ),
    "a part that nobody asked for": (
        success({"application/zip": BINARY}),
        came("application/zip", b"PK", 206),
        "It is a partial answer, which was not requested",
    ),
    "a part of JSON that nobody asked for": (
        success({JSON: {"type": "integer"}}),
        came(JSON, b"5", 206),
        "The answer (206 Partial Content) is not as documented: it is a partial answer, which"
        " was not requested. It begins with '5'",
    ),
    "an error with status 200": (
        success({JSON: {"type": "object", "properties": {"data": STRING}}}),
        came(JSON, b'{"error": {"message": "overloaded"}}'),
        "The answer (200 OK) is not as documented: it has no documented member: overloaded. It"
        """ begins with '{"error": {"message": "overloaded"}}'""",
    ),
    "an error with status 200, where something is required": (
        success({JSON: REF}),
        came(JSON, b'{"detail": "gone"}'),
        "The answer (200 OK) is not as documented: it has no documented member: gone. It"
        """ begins with '{"detail": "gone"}'""",
    ),
}


@pytest.mark.parametrize(("documented", "step", "message"), ERRORS.values(), ids=ERRORS)
def test_errors(
    documented: dict[str, Any],
    step: Step,
    message: str,
    tmp_path: Path,
    server: MisbehavingServer,
) -> None:
    client = Answering(tmp_path, document(documented), server)
    error = client.error("get", step)
    assert isinstance(error, client.errors.ResponseError)
    assert error.message == message


def test_a_head_has_no_body(tmp_path: Path, server: MisbehavingServer) -> None:
    described = document(success({JSON: REF}), method="head")
    client = Answering(tmp_path, described, server)
    assert client("get", reply(200, b"", {"Content-Type": JSON})) is None


def test_what_is_asked_for(tmp_path: Path, server: MisbehavingServer) -> None:
    described = success(
        {
            "application/xml": REF,
            "application/json;v=2": REF,
            "text/plain": REF,
            "application/pdf": None,
        }
    )
    client = Answering(tmp_path, document(described), server)
    client("get", came("application/json;v=2", b'{"id": "a"}'))
    accepted = [request.headers["accept"] for request in server.requests]
    assert accepted == ["application/json;v=2, application/pdf, */*;q=0.1"] * 2


# ------------------------------------------------------------------ members that do not fit
def test_a_misfit_below_the_top_stays_as_it_came(
    tmp_path: Path, server: MisbehavingServer, caplog: pytest.LogCaptureFixture
) -> None:
    things = {"type": "array", "items": REF}
    client = Answering(tmp_path, document(success({JSON: things})), server)
    body = came(JSON, b'[{"id": "a"}, {"id": 5}, {}, {"id": null}]')
    with caplog.at_level("WARNING"):
        found = client("get", body)
    assert [thing.id for thing in found] == ["a", 5, None, None]
    # One place in all, told by each of the two clients once.
    told = [record.getMessage() for record in caplog.records]
    assert (
        told
        == [
            "get: the answer is not as documented, and kept as it came: /1/id: Expected `str`, got `int`"
        ]
        * 2
    )


def test_a_misfit_can_be_an_error(tmp_path: Path, server: MisbehavingServer) -> None:
    client = Answering(tmp_path, document(success({JSON: REF})), server)
    strict = client.package.Options(misfit="raise")
    error = client.error("get", came(JSON, b'{"id": 5}'), options=strict)
    assert isinstance(error, client.errors.DecodeError)
    assert [(issue.path, issue.value) for issue in error.issues] == [("/id", 5)]


def test_a_misfit_beside_a_number_that_json_has_not(
    tmp_path: Path, server: MisbehavingServer
) -> None:
    client = Answering(tmp_path, document(success({JSON: REF})), server)
    assert client("get", came(JSON, b'{"id": 5, "more": NaN}')).id == 5


def test_a_misfit_is_drift(tmp_path: Path, server: MisbehavingServer) -> None:
    client = Answering(tmp_path, document(success({JSON: REF})), server)
    with client.package.drift_report() as drift:
        client("get", came(JSON, b'{"id": 5}'))
    assert str(drift) == "get: Expected `str`, got `int` (2 times, first at /id)"


def test_a_misfit_at_the_top_is_an_error(
    tmp_path: Path, server: MisbehavingServer
) -> None:
    client = Answering(tmp_path, document(success({JSON: REF})), server)
    error = client.error("get", came(JSON, b"[1]"))
    assert error.message == (
        "The answer (200 OK) is not as documented: Expected `object`, got `array`."
        " It begins with '[1]'"
    )


# ------------------------------------------------------------------ numbers that may be text
@pytest.mark.parametrize("version", ["3.0.4", "3.1.0"])
def test_numbers_that_may_be_text(
    version: str, tmp_path: Path, server: MisbehavingServer
) -> None:
    """What ASP.NET Core 10 writes for int, double and long."""
    types = {"3.0.4": {}, "3.1.0": {"type": ["integer", "string"]}}[version]
    number = {"3.0.4": {}, "3.1.0": {"type": ["number", "string"]}}[version]
    members = {
        "small": {**types, "pattern": "^-?[0-9]+$", "format": "int32"},
        "large": {**types, "pattern": "^-?[0-9]+$", "format": "int64", "minimum": 0},
        "double": {**number, "pattern": "^-?[0-9.]+$", "format": "double"},
    }
    described = document(success({JSON: {"type": "object", "properties": members}}))
    client = Answering(tmp_path, {**described, "openapi": version}, server)
    body = came(JSON, b'{"small": 1, "large": 3, "double": 2.5}')
    found = client("get", body, options=client.package.Options(misfit="raise"))
    assert (found.small, found.large, found.double) == (1, 3, 2.5)
    body = came(JSON, b'{"small": "1", "large": "3", "double": "2.5"}')
    found = client("get", body, options=client.package.Options(misfit="raise"))
    assert (found.small, found.large, found.double) == (1, 3, "2.5")


@pytest.mark.parametrize("kind", ["sync", "async"])
def test_a_binary_answer_is_saved_whole(
    kind: str, tmp_path: Path, server: MisbehavingServer
) -> None:
    """A cut file goes on where it stopped, and a damaged one is not left behind."""
    data = bytes(range(256)) * 1024
    client = Answering(tmp_path, document(success({"image/png": BINARY})), server)
    headers = {"ETag": '"v1"', "Repr-Digest": f"sha-256=:{digest(data)}:"}
    headers["Content-Type"] = "image/png"
    path = tmp_path / "x.png"
    server.then(part(data, headers, end=70_000), part(data, headers, start=70_000))
    assert client.saved("get", kind, path).read_bytes() == data
    assert server.requests[-1].headers["range"] == "bytes=70000-"
    path.unlink()
    server.then(part(bytes([1, *data[1:]]), headers))
    with pytest.raises(client.errors.StreamError, match="The file is damaged"):
        client.saved("get", kind, path)
    assert list(tmp_path.glob("x.png*")) == []


# ------------------------------------------------------------------ error answers
def test_errors_have_the_json_type(tmp_path: Path, server: MisbehavingServer) -> None:
    problem = {"$ref": "#/components/schemas/Problem"}
    media = {"application/problem+json": problem, "application/problem+xml": problem}
    described = success({JSON: REF}) | success(media, "400")
    described |= success({"text/plain": problem}, "500")
    whole = document(described)
    properties = {"type": "object", "properties": {"title": STRING}}
    whole["components"]["schemas"]["Problem"] = properties
    client = Answering(tmp_path, whole, server)
    body = b'{"title": "No", "detail": {"field": ["is wrong"]}}'
    error = client.error(
        "get", reply(400, body, {"Content-Type": "application/problem+json"})
    )
    assert type(error.body).__name__ == "Problem"
    assert error.body.title == "No"
    assert error.json == {"title": "No", "detail": {"field": ["is wrong"]}}
    error = client.error("get", reply(500, body, {"Content-Type": "text/plain"}))
    assert type(error.body).__name__ == "Problem"
    error = client.error("get", reply(500, b"No", {"Content-Type": "text/plain"}))
    assert error.body == "No"


# ------------------------------------------------------------------ streams
CHUNK = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}
EVENTS = "text/event-stream"


def events(*parts: bytes, media_type: str = EVENTS) -> Step:
    """A stream of events as it comes."""
    return stream(parts, content_type=media_type)


def streaming(
    schema: Any, key: str = "schema", version: str = "3.1.0", **more: Any
) -> dict[str, Any]:
    """A document whose answer is a stream of events."""
    media = {key: schema} if schema is not None else {}
    described = document(
        {"200": {"description": "Good.", "content": {EVENTS: media}}}, **more
    )
    return {**described, "openapi": version}


STREAMS: dict[str, tuple[dict[str, Any], bytes, list[Any]]] = {
    "text": (
        streaming(STRING),
        b"data: token 0\n\ndata: [DONE]\n\n",
        ["token 0", "[DONE]"],
    ),
    "no schema": (
        streaming(None),
        b'data: {"a": 1}\n\ndata: token\n\ndata: [DONE]\n\ndata: late\n\n',
        [{"a": 1}, "token"],
    ),
    "numbers": (streaming({"type": "integer"}), b"data: 1\n\ndata: 2\n\n", [1, 2]),
    "an array of items": (
        streaming({"type": "array", "items": {"type": "integer"}}),
        b"data: 1\n\ndata: 2\n\n",
        [1, 2],
    ),
    "items of 3.2": (
        streaming({"type": "integer"}, "itemSchema", "3.2.0"),
        b"data: 1\n\n",
        [1],
    ),
    "[DONE] with a blank": (
        streaming({"type": "integer"}),
        b"data: 1\n\ndata: [DONE] \n\n",
        [1],
    ),
    "[DONE] without a blank line": (
        streaming({"type": "integer"}),
        b"data: 1\n\ndata: [DONE]",
        [1],
    ),
    "events without data": (
        streaming({"type": "integer"}),
        b": still there\n\ndata:\n\ndata: 1\n\nevent: ping\n\n",
        [1],
    ),
    "the data of events of 3.2": (
        streaming(
            {
                "type": "object",
                "properties": {
                    "event": STRING,
                    "data": {
                        "type": "string",
                        "contentMediaType": JSON,
                        "contentSchema": {"type": "integer"},
                    },
                },
            },
            "itemSchema",
            "3.2.0",
        ),
        b"event: a\ndata: 1\n\n",
        [1],
    ),
    "the data of events of 3.2, which is text as JSON": (
        streaming(
            {
                "type": "object",
                "properties": {
                    "data": {
                        "type": "string",
                        "contentMediaType": JSON,
                        "contentSchema": STRING,
                    },
                },
            },
            "itemSchema",
            "3.2.0",
        ),
        b'data: "Hel"\n\ndata: "lo"\n\n',
        ["Hel", "lo"],
    ),
}


@pytest.mark.parametrize(("described", "body", "items"), STREAMS.values(), ids=STREAMS)
def test_streams(
    described: dict[str, Any],
    body: bytes,
    items: list[Any],
    tmp_path: Path,
    server: MisbehavingServer,
) -> None:
    client = Answering(tmp_path, described, server)
    assert client.stream("get", events(body)) == items
    assert client.findings == []


FIELDS = {
    "data": STRING,
    "event": STRING,
    "id": STRING,
    "retry": {"type": "integer", "minimum": 0},
}


def test_whole_events(tmp_path: Path, server: MisbehavingServer) -> None:
    described = streaming(
        {"type": "object", "properties": FIELDS}, "itemSchema", "3.2.0"
    )
    client = Answering(tmp_path, described, server)
    body = b'event: tick\nid: 1\ndata: {"x": 1}\n\nevent: done\ndata: [DONE]\n\nretry: 5\ndata: hello\n\n'
    found = client.stream("get", events(body))
    assert [(item.event, item.id, item.data, item.retry) for item in found] == [
        ("tick", "1", '{"x": 1}', None),
        ("done", "1", "[DONE]", None),
        (None, "1", "hello", 5),
    ]


def test_events_of_several_kinds(tmp_path: Path, server: MisbehavingServer) -> None:
    """The example of OpenAPI 3.2, "Server-Sent Event Streams"."""
    added = {
        "type": "object",
        "required": ["foo"],
        "properties": {"foo": {"type": "integer"}},
    }
    event = {
        "type": "object",
        "required": ["data"],
        "properties": FIELDS,
        "oneOf": [
            {"properties": {"event": {"const": "addString"}}},
            {
                "properties": {
                    "event": {"const": "addInt64"},
                    "data": {"format": "int64"},
                }
            },
            {
                "properties": {
                    "event": {"const": "addJson"},
                    "data": {"contentMediaType": JSON, "contentSchema": added},
                }
            },
        ],
    }
    client = Answering(tmp_path, streaming(event, "itemSchema", "3.2.0"), server)
    body = (
        b"event: addString\ndata: This data is formatted\ndata: across two lines\n\n"
        b"event: addInt64\ndata: 1234\n\n"
        b'event: addJson\ndata: {"foo": 42}\n\n'
    )
    found = client.stream("get", events(body))
    assert [item.event for item in found] == ["addString", "addInt64", "addJson"]
    assert found[0].data == "This data is formatted\nacross two lines"
    assert found[2].data.foo == 42


def test_events_named_in_the_document(
    tmp_path: Path, server: MisbehavingServer
) -> None:
    def kind(name: str, data: Any) -> dict[str, Any]:
        members = {"event": {"type": "string", "enum": [name]}, "data": data}
        return {"type": "object", "required": ["event", "data"], "properties": members}

    union = {
        "oneOf": [
            kind("made", REF),
            kind("done", {"type": "string", "enum": ["[DONE]"]}),
        ]
    }
    client = Answering(tmp_path, streaming(union), server)
    body = b'event: made\ndata: {"id": "a"}\n\nevent: done\ndata: [DONE]\n\n'
    made, done = client.stream("get", events(body))
    assert (made.event, made.data.id, done.event, done.data) == (
        "made",
        "a",
        "done",
        "[DONE]",
    )


def test_names_and_ids_of_events(tmp_path: Path, server: MisbehavingServer) -> None:
    client = Answering(tmp_path, streaming({"type": "integer"}), server)
    body = b"event: a\nid: 7\ndata: 1\n\ndata: 2\n\ndata: [DONE]\n\n"
    found = client.stream("get", events(body), events=True)
    assert [(e.event, e.id, e.data) for e in found] == [
        ("a", "7", "1"),
        ("message", "7", "2"),
    ]


def test_an_event_that_is_an_error(tmp_path: Path, server: MisbehavingServer) -> None:
    client = Answering(tmp_path, streaming(CHUNK), server)
    body = b'data: {"n": 1}\n\nevent: error\ndata: {"message": "overloaded"}\n\n'
    error = client.error("get", events(body), stream=True)
    assert error.message == "The server broke off: overloaded"
    body = b'data: {"error": {"message": "overloaded"}}\n\n'
    error = client.error("get", events(body), stream=True)
    assert error.message == "The server broke off: overloaded"


OTHERS: dict[str, tuple[Step, str, Any]] = {
    "a page": (
        came("text/html", b"<p>"),
        "The answer is text/html, not a stream",
        "<p>",
    ),
    "JSON": (
        came(JSON, b'{"error": {"message": "overloaded"}}'),
        "The answer is application/json, not a stream: overloaded",
        {"error": {"message": "overloaded"}},
    ),
}


@pytest.mark.parametrize(("step", "message", "body"), OTHERS.values(), ids=OTHERS)
def test_what_is_no_stream(
    step: Step, message: str, body: Any, tmp_path: Path, server: MisbehavingServer
) -> None:
    client = Answering(tmp_path, streaming(CHUNK), server)
    error = client.error("get", step, stream=True)
    assert isinstance(error, client.errors.StreamError)
    assert (error.message, error.body, error.status) == (message, body, 200)


def test_204_is_an_empty_stream(tmp_path: Path, server: MisbehavingServer) -> None:
    client = Answering(tmp_path, streaming(CHUNK), server)
    assert client.stream("get", reply(204, b"")) == []


def test_lines_as_a_stream(tmp_path: Path, server: MisbehavingServer) -> None:
    lines = "application/x-ndjson"
    described = document(
        {"200": {"description": "", "content": {lines: {"itemSchema": CHUNK}}}}
    )
    client = Answering(tmp_path, described, server)
    step = events(b'{"n": 1}\n{"n"', b": 2}\n\n", b'{"n": 3}', media_type=lines)
    assert [item.n for item in client.stream("get", step)] == [1, 2, 3]


def chat(default: bool | None = None, whole: bool = False) -> Any:
    """An operation with JSON and a stream, as many AI APIs have it."""
    flag: dict[str, Any] = {"type": "boolean"}
    if default is not None:
        flag["default"] = default
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {"q": STRING, "stream": flag},
    }
    if whole:
        schema = {"allOf": [schema, {"type": "object", "additionalProperties": STRING}]}
    media = {JSON: {"schema": REF}, EVENTS: {"schema": CHUNK}}
    return document(
        {"200": {"description": "Good.", "content": media}},
        method="post",
        requestBody={"required": True, "content": {JSON: {"schema": schema}}},
    )


@pytest.mark.parametrize("default", [None, False, True])
def test_json_or_a_stream(
    default: bool | None, tmp_path: Path, server: MisbehavingServer
) -> None:
    client = Answering(tmp_path, chat(default), server)
    one, many = came(JSON, b'{"id": "a"}'), events(b'data: {"n": 1}\n\n')
    assert client("get", one, q="hi", stream=False).id == "a"
    assert [x.n for x in client.stream("get", many, q="hi", stream=True)] == [1]
    if default:
        assert [x.n for x in client.stream("get", many, q="hi")] == [1]
    else:
        assert client("get", one, q="hi").id == "a"
    asked = [(r.headers["accept"], b'"stream":true' in r.body) for r in server.requests]
    json, event = "application/json, */*;q=0.1", "text/event-stream, */*;q=0.1"
    assert asked[:4] == [(json, False)] * 2 + [(event, True)] * 2


def test_a_stream_without_a_member_that_asks_for_it(
    tmp_path: Path, server: MisbehavingServer
) -> None:
    media = {JSON: {"schema": REF}, EVENTS: {"schema": CHUNK}}
    client = Answering(
        tmp_path, document({"200": {"description": "", "content": media}}), server
    )
    assert client("get", came(JSON, b'{"id": "a"}')).id == "a"
    found = client.stream("get_stream", events(b'data: {"n": 1}\n\n'))
    assert [item.n for item in found] == [1]


def test_speech_is_binary_or_a_stream(
    tmp_path: Path, server: MisbehavingServer
) -> None:
    media = {"application/octet-stream": {"schema": BINARY}, EVENTS: {"schema": CHUNK}}
    described = chat()
    described["paths"]["/x"]["post"]["responses"]["200"]["content"] = media
    client = Answering(tmp_path, described, server)
    assert client("get", came("audio/mpeg", b"ID3")) == Bytes(b"ID3")
    found = client.stream("get", events(b'data: {"n": 1}\n\n'), stream=True)
    assert [item.n for item in found] == [1]
