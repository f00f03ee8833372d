"""Which kind of content a media type is."""

from __future__ import annotations

from clientpress.api.operations import MediaType


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


def decode_kind(media: MediaType) -> str:
    """How the content of a response is read: json, text or raw."""
    name = bare(media.name)
    if is_json(name) and media.item is None and media.lines is None:
        return "json"
    if name in ("*/*", "application/*") and media.schema is not None:
        return "json"
    if name.startswith("text/") and name not in ("text/event-stream", "text/csv"):
        return "text"
    return "raw"


def encode_kind(media_type: str) -> str:
    """How a body of this type is sent: json, form, multipart or raw."""
    name = bare(media_type)
    if is_json(name) or name in ("*/*", "application/*"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    return "multipart" if name.startswith("multipart/") else "raw"
