"""Whole batches, as APIs have them that follow OpenAI's: a file of requests, a batch of it, a file of outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.operations import Api, MediaType, Operation
from clientpress.diagnostics import Place
from clientpress.plan.media import json_answer
from clientpress.suggest.shapes import Shapes
from clientpress.suggest.suggestion import Suggestion

_REQUEST = "BatchRequestLine"
_OUTCOME = "BatchOutcomeLine"
_FREE = {"type": "object", "additionalProperties": True}
# The lines of both files, as that API describes them in its guide.
_LINES: dict[str, Any] = {
    _REQUEST: {
        "type": "object",
        "description": "One request of a batch.",
        "required": ["custom_id", "method", "url", "body"],
        "properties": {
            "custom_id": {"type": "string", "description": "An id of your own."},
            "method": {"type": "string", "const": "POST"},
            "url": {"type": "string", "description": "The endpoint of all requests."},
            "body": _FREE,
        },
    },
    _OUTCOME: {
        "type": "object",
        "description": "What became of one request.",
        "required": ["custom_id"],
        "x-clientpress-outcome": {
            "id": "/custom_id",
            "cases": [
                {"failed": "/error", "when": {"not": {"at": "/error", "is": "empty"}}},
                {
                    "succeeded": "/response/body",
                    "when": {
                        "all": [
                            {"at": "/response/status_code", "ge": 200},
                            {"at": "/response/status_code", "lt": 300},
                            {"not": {"at": "/response/body", "is": "empty"}},
                            {"at": "/response/body/error", "is": "empty"},
                        ]
                    },
                },
                {
                    "failed": "/response/body",
                    "when": {"at": "/response", "is": "present"},
                },
                {"failed": "/error", "when": {"at": "/custom_id", "is": "present"}},
            ],
        },
        "properties": {
            "id": {"type": "string"},
            "custom_id": {"type": "string", "description": "The id of the request."},
            "response": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {
                            "status_code": {"type": "integer"},
                            "request_id": {"type": "string"},
                            "body": {"anyOf": [_FREE, {"type": "null"}]},
                        },
                    },
                    {"type": "null"},
                ]
            },
            "error": {
                "anyOf": [
                    {
                        "type": "object",
                        "properties": {
                            "code": {"anyOf": [{"type": "string"}, {"type": "null"}]},
                            "message": {
                                "anyOf": [{"type": "string"}, {"type": "null"}]
                            },
                        },
                    },
                    {"type": "null"},
                ]
            },
        },
    },
}
_STATES = [
    {"outcome": "succeeded", "when": {"at": "/status", "eq": "completed"}},
    {"outcome": "failed", "when": {"at": "/status", "eq": "failed"}},
    {"outcome": "ended", "when": {"at": "/status", "in": ["cancelled", "expired"]}},
]


def find_batches(api: Api, shapes: Shapes) -> Iterator[Suggestion]:
    """Suggest a run where an API has the four operations of such batches."""
    create = next((x for x in api.operations if _creates(x, shapes)), None)
    if create is None or create.runs:
        return
    by_path = {(x.method.upper(), x.path): x for x in api.operations}
    folder, _, _ = create.path.rpartition("/")
    upload = by_path.get(("POST", f"{folder}/files"))
    status = _below(by_path, create.path, "")
    content = _below(by_path, f"{folder}/files", "/content")
    file = _file(upload, shapes) if upload else None
    if upload is None or status is None or content is None or file is None:
        return
    media = _media(content)
    if not (upload.id and status.id and content.id and media):
        return
    yield from _suggestions(create, upload, status, content, file, media, shapes)


def _suggestions(
    create: Operation,
    upload: Operation,
    status: Operation,
    content: Operation,
    file: Place,
    media: MediaType,
    shapes: Shapes,
) -> Iterator[Suggestion]:
    evidence = (
        f"POST {create.path} takes input_file_id and answers with output_file_id",
        f"POST {upload.path} takes a file with a purpose",
        f"GET {content.path} answers with a file",
    )

    def suggestion(place: Place, update: dict[str, Any]) -> Suggestion:
        return Suggestion(
            kind="run", place=place, update=update, evidence=evidence, confidence=0.9
        )

    def called(operation: Operation, value: str) -> dict[str, Any]:
        name = next(p.wire for p in operation.parameters if p.location == "path")
        return {"operation": operation.id, "parameters": {name: value}}

    members = shapes.members(json_answer(status) or s.Anything(s.Meta(place=file)))
    counts = members.get("request_counts")
    polling: dict[str, Any] = {"interval": 10, "timeout": 90000, "rules": _STATES}
    if counts and {"completed", "failed", "total"} <= shapes.members(counts).keys():
        above = "/request_counts/"
        done = [f"{above}completed", f"{above}failed"]
        polling["progress"] = {"done": done, "total": f"{above}total"}
    root = Place(create.place.file)
    yield suggestion(root, {"components": {"schemas": _LINES}})
    yield suggestion(
        create.place,
        {
            "x-clientpress-run": {
                "job": "$response.body#/id",
                "upload": {
                    "operation": upload.id,
                    "file": "/file",
                    "result": "/id",
                    "send": "/input_file_id",
                },
                "status": called(status, "$job"),
                "outcomes": [
                    called(content, "$job#/output_file_id"),
                    called(content, "$job#/error_file_id"),
                ],
            }
        },
    )
    if status.wait is None:
        yield suggestion(status.place, {"x-clientpress-polling": polling})
    lines = {"item": _REQUEST, "id": "/custom_id"}
    yield suggestion(file, {"x-clientpress-lines": lines})
    item = {"$ref": f"#/components/schemas/{_OUTCOME}"}
    yield suggestion(media.place, {"itemSchema": item, "x-clientpress-lines": {}})


def _creates(operation: Operation, shapes: Shapes) -> bool:
    """Whether an operation makes a batch of a file."""
    body, answer = shapes.body(operation), json_answer(operation)
    if operation.method.upper() != "POST" or body is None or answer is None:
        return False
    job = shapes.members(answer)
    return "input_file_id" in shapes.members(body) and {
        *("id", "status", "output_file_id", "error_file_id")
    } <= {*job}


def _below(
    by_path: dict[tuple[str, str], Operation], path: str, ending: str
) -> Operation | None:
    """The GET on an item of a collection, or on what is in it."""
    for (method, other), operation in by_path.items():
        start, _, rest = other.removesuffix(ending).rpartition("/")
        is_item = rest.startswith("{") and start == path and other.endswith(ending)
        if method == "GET" and is_item:
            return operation
    return None


def _file(upload: Operation, shapes: Shapes) -> Place | None:
    """The place of the file in the form of an upload."""
    for media in upload.body.media if upload.body else ():
        if media.name.startswith("multipart/") and media.schema is not None:
            file = shapes.members(media.schema).get("file")
            is_here = file is not None and file.meta.place.file == upload.place.file
            return file.meta.place if file and is_here else None
    return None


def _media(content: Operation) -> MediaType | None:
    good = [r for r in content.responses if r.status.startswith("2") and r.media]
    return good[0].media[0] if good else None
