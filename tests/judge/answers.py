"""Every answer that a document promises, and what a client has to make of it."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clientpress.document.data import is_array, is_object
from clientpress.testing.media import bare, kind_of
from clientpress.testing.reading import At, Documents, Json, OperationObject
from clientpress.testing.schemas import Schemas
from tests.judge.packages import Package
from tests.judge.values import without_undeclared
from tests.judge.wire import same_json

NOTHING: Any = object()
"""The value of an answer without a body."""
UNJUDGED: Any = object()
"""The value of an answer that no instance was found for."""
EMPTY = (204, 205, 304)
_STREAMS = ("text/event-stream", "jsonl", "ndjson", "json-seq", "x-json-stream")
_TEXT, _BINARY = 'täxt, with "quotes" & 100 %', b"\x00\xffbytes"


@dataclass(frozen=True)
class Documented:
    """A status and a media type that a document has an answer for.

    Attributes:
        name: The media type; empty where the answer has no content.
        beside_json: Whether the same status may answer with JSON instead.
        undocumented: What comes although the document says nothing about content.
    """

    status: int
    is_error: bool
    name: str = ""
    media: At | None = None
    beside_json: bool = False
    undocumented: bool = False

    @property
    def kind(self) -> str:
        """What it is to a reader: json, text, bytes, stream, or nothing."""
        if not self.name:
            return "nothing"
        if is_stream(self.name):
            return "stream" if self.is_described else "bytes"
        return kind_of(self.name)

    @property
    def is_described(self) -> bool:
        """Whether the document says what a stream is made of."""
        found = self.media
        if found is None:
            return False
        words = found.words()
        if "itemSchema" in words or "event-stream" in self.name:
            return True
        # Before OpenAPI 3.2: a schema that is no text stands for one line.
        schema = words.get("schema")
        return is_object(schema) and schema.get("type", "object") != "string"

    @property
    def schema(self) -> At | None:
        """The schema of the whole."""
        return self.media.find("schema") if self.media else None

    def __str__(self) -> str:
        return f"{self.status} {self.name}".strip()


def is_stream(name: str) -> bool:
    """Whether a media type is one of many values, one after the other."""
    return any(word in bare(name) for word in _STREAMS)


def is_json(name: str) -> bool:
    """Whether a media type is JSON; ranges are not."""
    return "*" not in name and kind_of(name) == "json" and not is_stream(name)


def documented(documents: Documents, operation: OperationObject) -> list[Documented]:
    """Every documented answer; redirects and announcements are no ends of a call."""
    responses = operation.at.find("responses")
    listed = [str(s) for s in (responses.words() if responses else ())]
    has_success = any(s[:1] == "2" for s in listed)
    found = list[Documented]()
    for status in listed:
        number = _number(status, listed, has_success)
        at = documents.follow(responses.find(status)) if responses else None
        if number is None or at is None:
            continue
        is_error = number >= 400
        content = at.find("content")
        names = list(content.words()) if content else []
        if number in EMPTY or operation.method == "HEAD" or not names:
            found.append(Documented(number, is_error))
            if number not in EMPTY and operation.method != "HEAD" and not is_error:
                name = "application/json"
                found.append(Documented(number, False, name, undocumented=True))
            continue
        has_json = any(map(is_json, names))
        for name in names:
            media = documents.follow(content.child(name)) if content else None
            beside = has_json and not is_json(name)
            found.append(Documented(number, is_error, name, media, beside))
    return sorted(
        found, key=lambda one: (one.is_error, one.undocumented, not is_json(one.name))
    )


def _number(status: str, listed: list[str], has_success: bool) -> int | None:
    """A status that an entry of the Responses Object stands for."""
    if status == "default":
        return _free((400, 418, 451, 500), listed) if has_success else 200
    if status[1:].upper() == "XX" and status[0].isdigit():
        first = int(status[0]) * 100
        status = str(_free((first, first + 9, first + 18), listed))
    number = int(status) if status.isdigit() else 0
    return number if number in (*range(200, 300), 304, *range(400, 600)) else None


def _free(numbers: tuple[int, ...], listed: list[str]) -> int:
    return next((n for n in numbers if str(n) not in listed), numbers[-1])


# ------------------------------------------------------------------ made
@dataclass(frozen=True)
class Answer:
    """A response, and the value that stands in it."""

    of: Documented
    content_type: str
    content: bytes
    value: Any = NOTHING


def answer_of(
    found: Documented, schemas: Schemas, make: Callable[[At], Json]
) -> Answer:
    """An answer of a kind. Raises Impossible."""
    sent = _content_type(found, schemas)
    schema = found.schema
    if not found.name:
        return Answer(found, "", b"")
    if found.kind == "stream":
        return _stream(found, sent, schemas, make)
    if found.kind == "bytes":
        is_text = "xml" in sent or "yaml" in sent
        content = b"<a>text</a>" if is_text else _BINARY
        return Answer(found, sent, content, content)
    if found.kind == "json" and kind_of(sent) == "json":
        value = make(schema) if schema else {"free": "form"}
        return Answer(found, sent, _encoded(value), value)
    if kind_of(sent) not in ("text", "json"):
        return Answer(found, sent, _BINARY, _BINARY)
    value = make(schema) if schema else _TEXT
    text = value if isinstance(value, str) else json.dumps(value)
    return Answer(found, sent, text.encode(), value)


def _encoded(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def _content_type(found: Documented, schemas: Schemas) -> str:
    """What is sent as Content-Type: for a range, what the schema means."""
    name = found.name
    if "*" not in name:
        return name
    words = schemas.at(found.schema).words() if found.schema else {}
    if bare(name) == "text/*":
        return "text/plain"
    if bare(name) in ("*/*", "application/*"):
        if words.get("type") == "string":
            is_file = words.get("format") == "binary"
            return "application/octet-stream" if is_file else "text/plain"
        return "application/json"
    return name.replace("*", "any")


def _stream(
    found: Documented, sent: str, schemas: Schemas, make: Callable[[At], Json]
) -> Answer:
    """A stream of two values (OpenAPI 3.2, sections 4.14.4 and 4.14.5)."""
    item = found.media.find("itemSchema") if found.media else None
    told = item or found.schema
    if "event-stream" not in sent:
        value = make(told) if told else {"free": "form"}
        mark = b"\x1e" if "json-seq" in sent else b""
        line = mark + _encoded(value) + b"\n"
        return Answer(found, sent, line + line, [value, value])
    if told is None:
        return Answer(found, sent, b"data: a text\n\n", ["a text"])
    data = _data_of(schemas, told) if item is not None else None
    if data is None:
        value = make(told)
    else:
        inner = told.find("properties", "data", "contentSchema")
        value = make(inner) if inner else make(data)
    text = (
        value if isinstance(value, str) and not (data and _has_schema(told)) else None
    )
    lines = (text if text is not None else json.dumps(value, ensure_ascii=False)).split(
        "\n"
    )
    event = "".join(f"data: {line}\n" for line in lines) + "\n"
    return Answer(found, sent, (event + event).encode(), [value, value])


def _has_schema(item: At) -> bool:
    return item.find("properties", "data", "contentSchema") is not None


def _data_of(schemas: Schemas, item: At) -> At | None:
    """The `data` of a schema that describes the event itself, by the names of its members."""
    words = schemas.at(item)
    for _ in range(20):
        target = schemas.target(words) if "$ref" in words.words() else None
        if target is None:
            break
        words = target
    members = words.find("properties")
    names = set(members.words() if members else ())
    if "data" not in names or not names <= {"data", "event", "id", "retry"}:
        return None
    return At(words.file, (*words.steps, "properties", "data"), None)


# ------------------------------------------------------------------ judged
def check_result(
    package: Package, answer: Answer, result: Any, is_example: bool
) -> str:
    """How a result differs from the answer; empty when it does not."""
    if answer.value is NOTHING:
        return "" if result is None else f"{result!r:.80} was made of no body"
    is_raw_lines = (
        result == answer.content and "event-stream" not in answer.content_type
    )
    if is_raw_lines:
        return ""  # how much of that has no type is counted
    if answer.of.kind == "stream" and not is_array(result):
        return f"{type(result).__name__} was made of a stream"
    if _is_raw(answer, result):
        return ""
    if isinstance(result, bytes) and b64encode(result).decode() == answer.value:
        return ""
    if isinstance(answer.value, bytes) or isinstance(result, bytes):
        return (
            f"{result!r:.80} was made of {answer.content_type} {answer.content[:40]!r}"
        )
    if not is_example and (unknown := package.unknown_in(result)):
        return f"{unknown} is Unknown, though the document describes the value"
    try:
        # Without the framing of streams.
        example = json.dumps(answer.value).encode() if is_example else None
        sent_back = package.sent_back(result, example)
    except Exception as error:
        return f"the result cannot be encoded: {type(error).__name__}: {error}"
    return same_json(
        without_undeclared(answer.value),
        without_undeclared(sent_back),
        tags=package.tags,
    )


def _is_raw(answer: Answer, result: Any) -> bool:
    """Whether an answer that is no JSON was handed out as it came."""
    if is_json(answer.content_type) and not answer.of.undocumented:
        return False
    return result in (answer.content, answer.content.decode("utf-8", "replace"))


def check_failure(
    package: Package, answer: Answer, error: Exception, has_class: bool
) -> str:
    """How an error differs from the answer; empty when it does not.

    Args:
        has_class: Whether the document describes the body as one object with members.
    """
    errors = package.module("errors")
    if answer.of.beside_json and isinstance(error, errors.DecodeError):
        # Nothing is said about what becomes of it, but it has to be told.
        return (
            ""
            if bare(answer.content_type) in str(error)
            else f"it does not name {answer.content_type}: {error}"
        )
    if not answer.of.is_error or not isinstance(error, errors.StatusError):
        return f"{type(error).__name__}: {error}"[:500]
    status = getattr(error, "status_code", None) or getattr(error, "status", None)
    if status != answer.of.status:
        return f"the status of the error is {status}"
    if answer.value is NOTHING:
        return ""
    body: Any = getattr(error, "body", None)
    if answer.of.beside_json or answer.of.kind == "stream":
        return ""
    if has_class and is_object(body):
        return "body of the error: it is a bare dict, its members are documented"
    found = check_result(package, answer, body, False)
    return f"body of the error: {found}" if found else ""
