"""Which kind of content a media type is."""

from __future__ import annotations

from clientpress.api.operations import MediaType
from clientpress.api.schemas import Primitive, Schema


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


def is_range(media_type: str) -> bool:
    """Whether it stands for several media types, such as `text/*`."""
    return "*" in media_type


def encode_kind(media: MediaType) -> str:
    """How a body of this type is sent: json, form, multipart, lines or raw."""
    name = bare(media.name)
    if name in ("*/*", "application/*"):
        return "raw" if _is_file(media.schema) else "json"
    if media.item is not None and name in LINES:
        return "lines"
    if is_json(name):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    return "multipart" if name.startswith("multipart/") else "raw"


# Media types whose items are lines of JSON (OpenAPI 3.2, sequential media types).
LINES = (
    *("application/jsonl", "application/x-ndjson", "application/ndjson"),
    *("application/x-jsonlines", "application/jsonlines", "application/json-lines"),
)


def _is_file(schema: Schema | None) -> bool:
    return isinstance(schema, Primitive) and schema.format == "binary"


def is_synonym(one: str, other: str) -> bool:
    """Whether two media types are the same bytes under two names: plain JSON."""
    return bare(one) in _PLAIN_JSON and bare(other) in _PLAIN_JSON


_PLAIN_JSON = ("application/json", "text/json", "application/*+json", "*/*")


def sent_as(media: MediaType) -> str:
    """The media type that a request names: ranges are none."""
    if "*" not in media.name:
        return media.name
    return "application/json" if encode_kind(media) == "json" else media.name
