"""Answers of the recording transport, and what a client makes of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clientpress.testing.media import kind_of
from clientpress.testing.reading import At, Documents, Json, Operation
from tests.judge.packages import Package
from tests.judge.wire import same_json

NOTHING: Any = object()
"""The value of an answer without a body."""
UNJUDGED: Any = object()
"""The value of an answer that no instance was found for."""


@dataclass(frozen=True)
class Answer:
    """A response, and the value that stands in it."""

    status: int
    content_type: str
    content: bytes
    value: Any = NOTHING


def answer_of(
    documents: Documents, operation: Operation, make: Callable[[At, At], Json]
) -> Answer:
    """The first documented success."""
    responses = operation.at.find("responses")
    statuses = [str(s) for s in (responses.words() if responses else ())]
    status = next((s for s in statuses if s[:1] == "2"), "")
    status = status or next((s for s in statuses if s == "default"), "")
    found = documents.follow(responses.find(status)) if responses and status else None
    number = int(status) if status.isdigit() else 200
    content = found.find("content") if found else None
    if found is None or content is None or not content.words():
        return Answer(number if number != 200 or not found else 200, "", b"")
    name = next(iter(content.words()))
    media = documents.follow(content.child(name))
    return _content(number, name, media, make)


def _content(
    number: int, name: str, media: At | None, make: Callable[[At, At], Json]
) -> Answer:
    schema = media.find("schema") if media else None
    item = media.find("itemSchema") if media else None
    sent = name.partition(";")[0].strip()
    sent = {"*/*": "application/json", "application/*": "application/json"}.get(
        sent, sent
    )
    sent = "text/plain" if sent == "text/*" else sent.replace("*", "any")
    if media is not None and item is not None and kind_of(name) != "json":
        told = (
            item.find("properties", "data", "contentSchema")
            if "event-stream" in name
            else None
        )
        value = make(media, told or item)  # 3.2: what the data of an event holds
        data = json.dumps(value)
        text = f"data: {data}\n\n" if "event-stream" in name else f"{data}\n"
        return Answer(number, sent, text.encode(), [value])
    if "event-stream" in name:
        return Answer(number, sent, b'data: {"free": "form"}\n\n', [{"free": "form"}])
    if kind_of(name) == "json":
        value = make(media, schema) if media and schema else {"free": "form"}
        return Answer(number, sent, json.dumps(value).encode(), value)
    if kind_of(name) == "text":
        return Answer(number, sent, "täxt".encode(), "täxt")
    return Answer(number, sent, b"\x00bytes", b"\x00bytes")


def check_result(
    package: Package, answer: Answer, result: Any, is_example: bool
) -> str:
    """How a result differs from the answer; empty when it does not."""
    if isinstance(answer.value, bytes):
        return "" if result == answer.value else f"{result!r} was made of bytes"
    if isinstance(result, bytes):
        return (
            ""
            if result == answer.content
            else f"{result[:60]!r} was made of the answer"
        )
    if (
        isinstance(answer.value, str)
        and isinstance(result, str)
        and result == answer.value
    ):
        return ""
    try:
        # Without the framing of streams.
        example = json.dumps(answer.value).encode() if is_example else None
        return same_json(
            answer.value, package.sent_back(result, example), tags=package.tags
        )
    except Exception as error:
        return f"the result cannot be encoded: {type(error).__name__}: {error}"
