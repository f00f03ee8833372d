"""Media types of bodies, and which declared type a body has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clientpress.testing.reading import At, Documents, Json

_QUALITY = re.compile(r"(?:^|;)\s*q\s*=\s*([01](?:\.\d*)?)", re.IGNORECASE)


def kind_of(media_type: str) -> str:
    """The kind of a media type: json, form, multipart, text or bytes."""
    name = bare(media_type)
    if name.endswith(("/json", "+json")) or name in ("*/*", "application/*"):
        return "json"
    if name == "application/x-www-form-urlencoded":
        return "form"
    if name.startswith("multipart/"):
        return "multipart"
    return (
        "text" if name.startswith("text/") and name != "text/event-stream" else "bytes"
    )


def bare(media_type: str) -> str:
    """A media type without its parameters."""
    return media_type.partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Media:
    """A declared media type: its name, and its Media Type Object."""

    name: str
    at: At

    @property
    def schema(self) -> At | None:
        """The schema of the whole body."""
        return self.at.find("schema")


def media_named(documents: Documents, body: At, name: str) -> Media | None:
    """The declared media type of a body that has a type; None where no declared type fits."""
    content = body.find("content")
    listed = list(content.words() if content else ())
    chosen = [n for n in listed if n == name] or [
        n for n in listed if is_media(n, name)
    ]
    at = documents.follow(content.child(chosen[0])) if content and chosen else None
    return Media(chosen[0], at) if at else None


def is_media(declared: str, sent: str) -> bool:
    """Whether a media type that was sent fits a declared type or range (RFC 9110, section 12.5.1)."""
    one, other = bare(declared), bare(sent)
    kind, _, subtype = one.partition("/")
    if subtype.startswith("*"):
        if other == "application/octet-stream":  # the type of these bytes is unknown
            return True
        return kind == "*" or (
            other.startswith(f"{kind}/") and other.endswith(subtype[1:])
        )
    return one == other


def quality(accept: str, name: str) -> float:
    """How much a header Accept likes a media type, from 0 to 1 (RFC 9110, section 12.5.1)."""
    if not accept.strip():
        return 1.0
    liked = [0.0]
    for part in accept.split(","):
        wanted, _, parameters = part.partition(";")
        found = _QUALITY.search(parameters)
        if wanted.strip() and is_media(wanted, name):
            liked.append(float(found[1]) if found else 1.0)
    return max(liked)


def examples_beside(documents: Documents, owner: At) -> list[Json]:
    """The examples of a media type, parameter or header."""
    examples: list[Json] = [owner.data["example"]] if "example" in owner.words() else []
    listed = owner.find("examples")
    for name in listed.words() if listed else ():
        example = documents.follow(listed.child(name)) if listed else None
        for word in ("value", "dataValue"):
            if example is not None and word in example.words():
                examples.append(example.data[word])
    return examples
