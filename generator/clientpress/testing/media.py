"""Media types of bodies, and which of the declared ones a body is of."""

from __future__ import annotations

from dataclasses import dataclass

from clientpress.testing.reading import At, Documents, Json


def kind_of(media_type: str) -> str:
    """What a media type is to a sender: json, form, multipart, text or bytes."""
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
    """A media type of a body: its name, and the object below it."""

    name: str
    at: At

    @property
    def schema(self) -> At | None:
        """The schema of the whole."""
        return self.at.find("schema")


def media_named(documents: Documents, body: At, name: str) -> Media | None:
    """The media type of a body that something of this type is."""
    content = body.find("content")
    listed = list(content.words() if content else ())
    chosen = [n for n in listed if n == name] or [
        n for n in listed if is_media(n, name)
    ]
    found = documents.follow(content.child(chosen[0])) if content and chosen else None
    return Media(chosen[0], found) if found else None


def is_media(declared: str, sent: str) -> bool:
    """Whether a type that was sent is of a declared type or range."""
    one, other = bare(declared), bare(sent)
    kind, _, subtype = one.partition("/")
    if subtype.startswith("*"):
        if other == "application/octet-stream":  # bytes whose type nobody named
            return True
        return kind == "*" or (
            other.startswith(f"{kind}/") and other.endswith(subtype[1:])
        )
    return one == other


def examples_beside(documents: Documents, owner: At) -> list[Json]:
    """The examples beside a schema."""
    found: list[Json] = [owner.data["example"]] if "example" in owner.words() else []
    listed = owner.find("examples")
    for name in listed.words() if listed else ():
        example = documents.follow(listed.child(name)) if listed else None
        for word in ("value", "dataValue"):
            if example is not None and word in example.words():
                found.append(example.data[word])
    return found
