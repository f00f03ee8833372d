"""Which kind of content a media type is."""

from __future__ import annotations

from clientpress.api.operations import MediaType, Operation
from clientpress.api.schemas import ENCODINGS, Primitive, Schema


def bare(media_type: str) -> str:
    """A media type without its parameters, in lower case."""
    return media_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """`application/json`, `text/json` and everything that ends in `+json`."""
    name = bare(media_type)
    return name in (
        "application/json",
        "text/json",
        "application/*+json",
    ) or name.endswith("+json")


def json_answer(operation: Operation) -> Schema | None:
    """The schema of the JSON of a success; None where none is described."""
    good = (r for r in operation.responses if r.status.startswith("2"))
    media = (m for response in good for m in response.media if is_json(m.name))
    return next((m.schema for m in media if m.schema), None)


def is_range(media_type: str) -> bool:
    """Whether it stands for several media types, such as `text/*`."""
    return "*" in media_type


def is_any(media_type: str) -> bool:
    """Whether it stands for JSON as well as for everything else."""
    return bare(media_type) in ("*/*", "application/*")


def encode_kind(media: MediaType) -> str:
    """How a body of this type is sent: json, form, multipart, lines or raw."""
    name = bare(media.name)
    if is_any(name):
        return "raw" if is_file(media.schema) else "json"
    if media.item is not None and is_lines(name):
        return "lines"
    if is_json(name):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    return "multipart" if name.startswith("multipart/") else "raw"


# Media types whose items are lines of JSON (OpenAPI 3.2, sequential media types).
_LINES = frozenset(
    f"application/{name}"
    for name in (
        *("jsonl", "x-jsonl", "jsonlines", "x-jsonlines", "json-lines"),
        *("ndjson", "x-ndjson"),
    )
)


def is_lines(media_type: str) -> bool:
    """Whether the content is one JSON value a line."""
    return bare(media_type) in _LINES


def is_file(schema: Schema | None) -> bool:
    """Whether a schema stands for the bytes of a file (OpenAPI 3.1, 4.8.14.3: `contentMediaType`
    without `contentEncoding`).
    """
    return (
        isinstance(schema, Primitive)
        and schema.type == "string"
        and (schema.format == "binary" or bool(schema.media_type))
        and schema.format not in ("byte", *ENCODINGS)
    )


def is_synonym(one: str, other: str) -> bool:
    """Whether two media types are the same bytes under two names: plain JSON."""
    return bare(one) in _PLAIN_JSON and bare(other) in _PLAIN_JSON


_PLAIN_JSON = ("application/json", "text/json", "application/*+json", "*/*")


def sent_as(name: str, kind: str) -> str:
    """The media type that a request names: ranges are none, but for a file, which has its own."""
    return "application/json" if "*" in name and kind == "json" else name
