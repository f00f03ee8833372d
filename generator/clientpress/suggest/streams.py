"""Answers that come event by event, found by the flag that asks for them and by what is said about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.operations import Api, MediaType, Operation
from clientpress.diagnostics import Place
from clientpress.plan.media import is_json
from clientpress.plan.streaming import is_sequence
from clientpress.suggest.shapes import Member, Shapes, plain
from clientpress.suggest.suggestion import Suggestion

_SAYS_EVENTS = re.compile(
    r"server[- ]sent|\bSSE\b|event[- ]stream|\[DONE\]", re.IGNORECASE
)
_DONE = re.compile(r"\[DONE\]")
_EVENTS = "text/event-stream"
_ENDINGS = ("streamresponse", "chunk", "streamchunk", "streamevent", "chunkresponse")


def find_streams(api: Api, shapes: Shapes) -> Iterator[Suggestion]:
    """Suggest a stream where a flag asks for one, and what ends the streams that are documented."""
    by_answer = _documented(api.operations)
    for operation in api.operations:
        media = _success(operation)
        events = [m for m in media if is_sequence(m)]
        said = _words(operation, shapes)
        if events:
            if events[0].stream is None and _DONE.search(said):
                yield Suggestion(
                    kind="stream",
                    place=events[0].place,
                    update={"x-clientpress-stream": {"terminator": "[DONE]"}},
                    evidence=("its description says that [DONE] is the last event",),
                    confidence=0.9,
                )
            continue
        flag = _flag(operation, shapes)
        whole = next((m for m in media if is_json(m.name)), None)
        if flag and whole:
            yield _stream(operation, flag, whole, said, by_answer, api)


def _stream(
    operation: Operation,
    flag: Member,
    whole: MediaType,
    said: str,
    by_answer: dict[Place, MediaType],
    api: Api,
) -> Suggestion:
    """The suggestion for an operation whose stream is not documented."""
    item, told = _item(whole, by_answer, api)
    evidence = [f"{flag.address} is a flag that asks for a stream", told]
    confidence = 0.8 if flag.address.startswith("$request.body") else 0.6
    if _SAYS_EVENTS.search(said):
        confidence = 0.95
        evidence.append("its description speaks of server-sent events")
    content: dict[str, Any] = {"itemSchema": item}
    if _DONE.search(said):
        content["x-clientpress-stream"] = {"terminator": "[DONE]"}
    place = _without_last(whole.place)
    if not place.pointer.startswith(operation.place.pointer):
        confidence *= 0.8
        evidence.append("the response belongs to other operations too")
    return Suggestion(
        kind="stream",
        place=place,
        update={_EVENTS: content},
        evidence=tuple(evidence),
        confidence=round(confidence, 2),
    )


def _success(operation: Operation) -> tuple[MediaType, ...]:
    good = [r for r in operation.responses if r.status.startswith("2")]
    return good[0].media if good else ()


def _documented(operations: Iterable[Operation]) -> dict[Place, MediaType]:
    """The documented streams, by the schema of the answer beside them."""
    found = dict[Place, MediaType]()
    for operation in operations:
        media = _success(operation)
        events = next(filter(is_sequence, media), None)
        for each in media:
            if events and isinstance(each.schema, s.Reference):
                found.setdefault(each.schema.target, events)
    return found


def _flag(operation: Operation, shapes: Shapes) -> Member | None:
    """The boolean `stream` of a body or of the query."""
    for member in shapes.parameters(operation):
        is_flag = isinstance(member.schema, s.Primitive) and (
            member.schema.type == "boolean"
        )
        if member.name == "stream" and is_flag:
            return member
    return None


def _words(operation: Operation, shapes: Shapes) -> str:
    """What is said about an operation and its flag."""
    texts = [operation.summary, operation.description]
    texts += [p.description for p in operation.parameters if p.wire == "stream"]
    body = shapes.body(operation)
    flag = shapes.members(body).get("stream") if body else None
    texts += [flag.meta.description] if flag else []
    return " ".join(texts)


def _item(
    whole: MediaType, by_answer: dict[Place, MediaType], api: Api
) -> tuple[dict[str, Any], str]:
    """The schema of an event, and why it is that."""
    if not isinstance(whole.schema, s.Reference):
        return {}, "what an event holds is not described"
    target = whole.schema.target
    like = by_answer.get(target)
    item = (like.item or like.schema) if like else None
    if isinstance(item, s.Reference) and item.target.file == target.file:
        return _reference(item.target), "another stream with the same answer has events"
    name = plain(target.pointer.rpartition("/")[2]).removesuffix("response")
    for place in api.components:
        other = plain(place.pointer.rpartition("/")[2])
        if other in [name + ending for ending in _ENDINGS]:
            return _reference(place), "the name of a component says that it is an event"
    described = api.schemas[target].meta.description
    if "stream" in described.lower():
        return _reference(target), "the answer is described as that of both"
    return {}, "what an event holds is not described"


def _reference(place: Place) -> dict[str, Any]:
    return {"$ref": f"#{place.pointer}"}


def _without_last(place: Place) -> Place:
    return Place(place.file, place.pointer.rpartition("/")[0])
