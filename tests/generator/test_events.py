"""What an event of a stream holds, in both ways in which documents say it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clientpress.plan.annotations import Annotation
from tests.generator.making import document, operation, parsed, planned, shown

PIECE: dict[str, Any] = {
    "Piece": {"type": "object", "properties": {"text": {"type": "string"}}},
}
REFERENCE = {"$ref": "#/components/schemas/Piece"}
JSON_TEXT = {
    "type": "string",
    "contentMediaType": "application/json",
    "contentSchema": REFERENCE,
}


def event(data: Any) -> dict[str, Any]:
    """An event as OpenAPI 3.2 describes it."""
    return {"type": "object", "required": ["data"], "properties": {"data": data}}


def streaming(item: Any, media_type: str = "text/event-stream") -> dict[str, Any]:
    """A document with an operation that streams, and components for it."""
    answer = {"description": "", "content": {media_type: {"itemSchema": item}}}
    words = operation(operationId="follow", responses={"200": answer})
    schemas = {**PIECE, "Event": event(JSON_TEXT)}
    return document(schemas, {"/pieces": {"get": words}})


@pytest.mark.parametrize(
    ("item", "media_type", "expected"),
    [
        (event(JSON_TEXT), "text/event-stream", "Piece"),
        (event(JSON_TEXT), "Text/Event-Stream; charset=utf-8", "Piece"),
        ({"$ref": "#/components/schemas/Event"}, "text/event-stream", "Piece"),
        (
            event({**JSON_TEXT, "contentSchema": {"type": "integer"}}),
            "text/event-stream",
            "integer",
        ),
        # The data itself, as many documents have it.
        (REFERENCE, "text/event-stream", "Piece"),
        # No JSON in the data, or no event at all.
        (event({"type": "string"}), "text/event-stream", "{data!: string}"),
        (event(JSON_TEXT), "application/jsonl", "{data!: string}"),
        ({"type": "array", "items": {}}, "text/event-stream", "[any]"),
    ],
)
def test_an_event_is_what_its_data_holds(
    tmp_path: Path, item: Any, media_type: str, expected: str
) -> None:
    api, report = parsed(tmp_path, streaming(item, media_type))
    assert not report.has_errors
    found = api.operations[0].responses[0].media[0].item
    assert found is not None and shown(found) == expected


def test_a_method_yields_what_the_data_holds(tmp_path: Path) -> None:
    plan = planned(tmp_path, streaming(event(JSON_TEXT)))
    [method] = [m for group in plan.groups for m in group.methods]
    returns: Annotation = method.returns
    assert "Stream" in str(returns) and "Piece" in str(returns)
    assert set(plan.models.definitions) == {"Event", "Piece"}  # no class for the frame
