# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What generated code says about an operation: plain descriptions, worked out at the first call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from msgspec import UNSET, Struct

from .issues import Issue, MisfitError
from .parameters import Parameter
from .urls import PathTemplate

__all__ = [
    "ByMedia",
    "Content",
    "Decoder",
    "FormBody",
    "JsonBody",
    "LinesBody",
    "MultipartBody",
    "Nothing",
    "Operation",
    "Parameter",
    "Part",
    "Raw",
    "RawBody",
    "Text",
    "choose",
    "media_type_of",
]

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)


# ------------------------------------------------------------------ bodies of responses
class Decoder(Protocol[T_co]):
    """Makes a value of the body of a response; raises MisfitError."""

    def decode(self, data: bytes) -> T_co:
        """The value."""
        ...


class Raw:
    """The body as it came."""

    def decode(self, data: bytes) -> bytes:
        """The body."""
        return data


class Text:
    """The body as text, by its declared character set, else UTF-8."""

    def __init__(self, charset: str = "utf-8") -> None:
        self._charset = charset

    def decode(self, data: bytes) -> str:
        """The text; bytes that are none are replaced."""
        try:
            return data.decode(self._charset, "replace")
        except LookupError:  # a character set that nobody knows
            return data.decode("utf-8", "replace")


class Nothing:
    """No body; one that comes nevertheless is ignored."""

    def decode(self, data: bytes) -> None:
        """None."""


class ByMedia(Generic[T_co]):
    """One decoder a media type, chosen by the Content-Type of the response.

    Keys are media types, ranges such as `text/*` too. What no key fits goes to the first decoder.
    """

    __slots__ = ("_decoders",)

    def __init__(self, decoders: Mapping[str, Decoder[T_co]]) -> None:
        self._decoders = decoders

    def decode(self, data: bytes) -> T_co:
        """The value, by the first decoder."""
        return self.for_media_type("").decode(data)

    def for_media_type(self, media_type: str) -> Decoder[T_co]:
        """The decoder of a media type without parameters."""
        kind, _, subtype = media_type.partition("/")
        suffix = subtype.rpartition("+")[2]
        for key in (media_type, f"{kind}/{suffix}", f"{kind}/*", "*/*"):
            if key in self._decoders:
                return self._decoders[key]
        for decoder in self._decoders.values():
            return decoder
        raise MisfitError([Issue("", "No media type is documented")])


def media_type_of(content_type: str) -> str:
    """The media type in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def choose(decoder: Decoder[T], content_type: str) -> Decoder[T]:
    """The decoder for a body with this Content-Type."""
    if isinstance(decoder, ByMedia):
        return choose(_picked(decoder, content_type), content_type)
    if _is_text(decoder):
        _, _, charset = content_type.lower().partition("charset=")
        if charset:
            return cast("Decoder[T]", Text(charset.partition(";")[0].strip(" \"'")))
    return decoder


def _is_text(decoder: object) -> bool:
    return isinstance(decoder, Text)


def _picked(decoders: ByMedia[T], content_type: str) -> Decoder[T]:
    return decoders.for_media_type(media_type_of(content_type))


# ------------------------------------------------------------------ bodies of requests
class Body(Struct, frozen=True, kw_only=True):
    """What all bodies of requests have.

    members: what can be given of it as members, where its media types differ in that.
    asked: those of them that have to be given.
    """

    members: tuple[str, ...] | None = None
    asked: tuple[str, ...] = ()


class JsonBody(Body, frozen=True):
    """A JSON body.

    nulls: members for which None is sent as null; None of every other one means absent.
    whole: the caller gives the whole body; else a dict holds members, some of them absent.
    needs: members of which one at least has to be given.
    """

    required: bool = False
    nulls: tuple[str, ...] = ()
    media_type: str = "application/json"
    whole: bool = False
    needs: tuple[str, ...] = ()


class Part(Struct, frozen=True):
    """One part of a multipart body; lists become one part an item.

    max_bytes: larger files are refused before anything is sent; 0 for no limit.
    """

    name: str
    media_type: str = ""
    file: bool = False
    max_bytes: int = 0

    def file_of(self, value: Any) -> Any:
        """What is sent for a value that is a file."""
        return value


class MultipartBody(Body, frozen=True):
    """A multipart body. Members that `parts` does not name come last, as text or JSON."""

    parts: tuple[Part, ...] = ()
    required: bool = False
    media_type: str = "multipart/form-data"


class FormBody(Body, frozen=True):
    """A form; `fields` describes the members that are not laid out as usual."""

    fields: tuple[Parameter, ...] = ()
    required: bool = False
    media_type: str = "application/x-www-form-urlencoded"


class RawBody(Body, frozen=True):
    """Bytes, text, or a file, as they are; the name of a file decides in a range of media types."""

    media_type: str = "application/octet-stream"
    required: bool = False


class LinesBody(Body, frozen=True):
    """JSON Lines: an iterable of items, each of which becomes a line, or a file that has them."""

    media_type: str = "application/jsonl"
    required: bool = False


RequestBody: TypeAlias = JsonBody | MultipartBody | FormBody | LinesBody | RawBody


class Content(Struct, frozen=True):
    """A body in one of several media types.

    value: what it is made of; the members of all its media types where these differ.
    whole: what it is made of where it is given as one argument.
    """

    media_type: str
    value: Any
    whole: Any = UNSET


# ------------------------------------------------------------------ the operation
Security: TypeAlias = tuple[tuple[str, ...], ...]
"""Alternatives, each a set of schemes; an empty one means that no credentials are needed."""

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"})


class Operation(Struct, Generic[T], frozen=True, kw_only=True, dict=True):
    """One operation of the API.

    other_bodies: other media types of the body; the caller gives `Content` then.
    results, errors: decoders by status ("200"), class ("2XX") or "default".
    security: None stands for the API's own, and its scopes.
    scopes: what tokens of a scheme have to allow.
    server: where it is, if not at the base URL: a path on the same host, or an absolute URL, which
        a base URL that the caller gave replaces.
    text_decimals: members of the body whose decimals are sent as text; "" for the body itself.
    retry: "safe" declares that it may be sent twice.
    idempotency_header: where a key goes that makes it safe to send twice.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None
    other_bodies: tuple[RequestBody, ...] = ()
    results: Mapping[str, Decoder[T]] = {}
    errors: Mapping[str, Decoder[object]] = {}
    accept: str = ""
    security: Security | None = None
    scopes: Mapping[str, tuple[str, ...]] = {}
    server: str = ""
    text_decimals: tuple[str, ...] = ()
    retry: str = ""
    idempotency_header: str = ""

    @cached_property
    def template(self) -> PathTemplate:
        """The path, taken apart."""
        return PathTemplate(self.path)

    @cached_property
    def is_safe(self) -> bool:
        """Whether sending it twice does no harm."""
        return self.retry == "safe" or self.method in _SAFE

    def index_of(self, location: str, name: str) -> int:
        """The place of a parameter among the arguments; -1 if there is none."""
        for place, parameter in enumerate(self.parameters):
            if parameter.name == name and parameter.location == location:
                return place
        return -1

    def result_decoder(self, status: int) -> Decoder[T] | None:
        """The decoder for a status that means success; None if it means failure."""
        found = _by_status(self.results, status, default=200 <= status < 300)
        if found is None and 200 <= status < 300:
            found = next(iter(self.results.values()), _NOTHING)
        return found

    def error_decoder(self, status: int) -> Decoder[object] | None:
        """The decoder for the body of an error; None where it is not documented."""
        return _by_status(self.errors, status, default=True)


_NOTHING: Any = Nothing()


def _by_status(
    decoders: Mapping[str, Decoder[T]], status: int, *, default: bool
) -> Decoder[T] | None:
    found = decoders.get(str(status)) or decoders.get(f"{status // 100}XX")
    return found or (decoders.get("default") if default else None)
