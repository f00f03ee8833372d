# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""What generated code says about an operation: plain descriptions, worked out at the first call."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, Generic, Never, Protocol, TypeAlias, TypeVar, cast

from msgspec import UNSET, Struct

from ..values.decoding import Json
from ..values.issues import Issue, MisfitError
from .parameters import Parameter
from .urls import PathTemplate

__all__ = [
    "Binary",
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
    "is_json",
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


class Raw(Struct, frozen=True):
    """The body as it came."""

    def decode(self, data: bytes) -> bytes:
        """The body."""
        return data


class Binary(Struct, frozen=True):
    """A body that is handed out unread, as a `BinaryAnswer`: a file, an image, a sound."""

    def decode(self, data: bytes) -> Never:
        """Raise MisfitError: a binary answer is not a value; it is read by its own methods."""
        raise MisfitError([Issue("", "it is binary, and no value")])


class Text(Struct, frozen=True):
    """The body as text, by its declared character set, else UTF-8."""

    charset: str = "utf-8"

    def decode(self, data: bytes) -> str:
        """The text; bytes that are none are replaced."""
        try:
            return data.decode(self.charset, "replace")
        except LookupError:  # a character set that nobody knows
            return data.decode("utf-8", "replace")


class Nothing(Struct, frozen=True):
    """No body; one that comes nevertheless is ignored."""

    def decode(self, data: bytes) -> None:
        """None."""


class ByMedia(Struct, Generic[T_co], frozen=True, dict=True):
    """One decoder a media type, chosen by the Content-Type of the response.

    Keys are media types with their parameters, ranges such as `text/*` too.
    """

    decoders: Mapping[str, Decoder[T_co]]

    @cached_property
    def _keyed(self) -> list[tuple[str, frozenset[str], Decoder[T_co]]]:
        return [(*_split(name), d) for name, d in self.decoders.items()]

    def decode(self, data: bytes) -> T_co:
        """The value, by the first decoder."""
        return self._keyed[0][2].decode(data)

    def for_content_type(self, content_type: str) -> Decoder[T_co] | None:
        """The decoder of a Content-Type; None if no key fits.

        Of several keys the one wins that has more of its parameters (RFC 9110, section 12.5.1).
        """
        came, parameters = _split(content_type)
        if not came:
            return self._keyed[0][2]
        wanted = _names_of(came)
        best: Decoder[T_co] | None = None
        for most in (parameters, None):
            rank = len(wanted), 0
            for name, needed, decoder in self._keyed:
                if name in wanted and (most is None or needed <= most):
                    this = wanted.index(name), -len(needed)
                    if this < rank:
                        best, rank = decoder, this
            if best is not None:
                break
        return best


def _split(content_type: str) -> tuple[str, frozenset[str]]:
    """The media type in lower case, and its parameters; a character set is none of them."""
    name, *parameters = content_type.split(";")
    told = (text.strip().replace('"', "").lower() for text in parameters)
    return name.strip().lower(), frozenset(
        text for text in told if text and not text.startswith("charset=")
    )


def _names_of(media_type: str) -> list[str]:
    """What a media type may be documented as, the best first."""
    kind, _, subtype = media_type.partition("/")
    names = [media_type, f"{kind}/{subtype.rpartition('+')[2]}"]
    if is_json(media_type):
        names += ["application/json", "text/json", "application/*+json"]
    elif kind != "text":
        names.append("application/octet-stream")  # any bytes (RFC 2046, section 4.5.1)
    return [*names, f"{kind}/*", "*/*"]


def media_type_of(content_type: str) -> str:
    """The media type in lower case, without parameters."""
    return content_type.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Whether a media type (in lower case, without parameters) is JSON (RFC 6839, section 3.1)."""
    return media_type.endswith(("/json", "+json"))


def choose(decoder: Decoder[T], content_type: str) -> Decoder[T]:
    """The decoder for a body with this Content-Type. Raises MisfitError if there is none.

    Where the document says no more than "JSON" or "JSON text", what came decides: JSON, text, or
    a binary answer. A body without Content-Type is what is documented.
    """
    documented = "JSON"
    if isinstance(decoder, ByMedia):
        documented = _names(decoder)
        found = _picked(decoder, content_type)
        if found is None:
            raise _other_media_type(content_type, documented)
        decoder = found
    media_type = media_type_of(content_type)
    if isinstance(decoder, Json):
        if not media_type or is_json(media_type):
            return decoder
        if not decoder.is_loose:
            raise _other_media_type(content_type, documented)
        if not media_type.startswith("text/"):
            return cast("Decoder[T]", _BINARY)
    elif not _is_text(decoder):
        return decoder
    _, _, charset = content_type.lower().partition("charset=")
    return cast("Decoder[T]", Text(charset.partition(";")[0].strip(" \"'") or "utf-8"))


_BINARY = Binary()


def _is_text(decoder: object) -> bool:
    return isinstance(decoder, Text)


def _picked(decoders: ByMedia[T], content_type: str) -> Decoder[T] | None:
    return decoders.for_content_type(content_type)


def _names(decoders: ByMedia[Any]) -> str:
    return " or ".join(decoders.decoders)


def _other_media_type(content_type: str, documented: str) -> MisfitError:
    return MisfitError([Issue("", f"it is {content_type}, not {documented}")])


# ------------------------------------------------------------------ bodies of requests
class Body(Struct, frozen=True, kw_only=True):
    """What all bodies of requests have.

    members: what can be given of it as members, where its media types differ in that.
    asked: those of them that have to be given.
    """

    required: bool = False
    members: tuple[str, ...] | None = None
    asked: tuple[str, ...] = ()


class JsonBody(Body, frozen=True):
    """A JSON body.

    nulls: members for which None is sent as null; None of every other one means absent. "" is the
        whole body.
    whole: the caller gives the whole body; else a dict holds members, some of them absent.
    needs: members of which one at least has to be given.
    """

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
    media_type: str = "multipart/form-data"


class FormBody(Body, frozen=True):
    """A form; `fields` describes the members that are not laid out as usual."""

    fields: tuple[Parameter, ...] = ()
    media_type: str = "application/x-www-form-urlencoded"


class RawBody(Body, frozen=True):
    """Bytes, text, or a file, as they are; the name of a file decides in a range of media types."""

    media_type: str = "application/octet-stream"


class LinesBody(Body, frozen=True):
    """JSON Lines: an iterable of items, each of which becomes a line, or a file that has them."""

    media_type: str = "application/jsonl"


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

_IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"})


class Operation(Struct, Generic[T_co], frozen=True, kw_only=True, dict=True):
    """One operation of the API.

    other_bodies: other media types of the body; the caller gives `Content` then.
    results, errors: decoders by status ("200"), class ("2XX") or "default".
    security: None stands for the API's own, and its scopes.
    scopes: what tokens of a scheme have to allow.
    server: where it is, if not at the base URL: a path on the same host, or an absolute URL, which
        a base URL that the caller gave replaces.
    text_decimals: members of the body whose decimals are sent as text; "" for the body itself.
    retry: "idempotent" declares that it may be sent twice.
    idempotency_header: where a key goes that makes it safe to send twice.
    """

    id: str
    method: str
    path: str
    parameters: tuple[Parameter, ...] = ()
    body: RequestBody | None = None
    other_bodies: tuple[RequestBody, ...] = ()
    results: Mapping[str, Decoder[T_co]] = {}
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
    def wanted(self) -> str:
        """The Accept header: servers that have nothing of it need not refuse (RFC 9110, 12.5.1)."""
        if "*/*" in self.accept:
            return self.accept
        return f"{self.accept}, */*;q=0.1" if self.accept else "*/*"

    @cached_property
    def is_idempotent(self) -> bool:
        """Whether sending it twice does no harm."""
        return self.retry == "idempotent" or self.method in _IDEMPOTENT

    def index_of(self, location: str, name: str) -> int:
        """The place of a parameter among the arguments; -1 if there is none."""
        for place, parameter in enumerate(self.parameters):
            if parameter.name == name and parameter.location == location:
                return place
        return -1

    def result_decoder(self, status: int) -> Decoder[T_co] | None:
        """The decoder for a status that means success; None if it means failure."""
        found = _by_status(self.results, status, default=200 <= status < 300)
        if found is None and 200 <= status < 300:
            found = next(iter(self.results.values()), _NOTHING)
        return found

    @cached_property
    def may_be_empty(self) -> bool:
        """Whether a success may have no body: the document knows of such, or says no type."""
        return any(
            status in ("2XX", "default")
            or isinstance(decoder, Nothing)
            or getattr(decoder, "is_any", False)
            for status, decoder in self.results.items()
        )

    def error_decoder(self, status: int) -> Decoder[object] | None:
        """The decoder for the body of an error; None where it is not documented."""
        return _by_status(self.errors, status, default=True)


_NOTHING: Any = Nothing()


def _by_status(
    decoders: Mapping[str, Decoder[T]], status: int, *, default: bool
) -> Decoder[T] | None:
    found = decoders.get(str(status)) or decoders.get(f"{status // 100}XX")
    return found or (decoders.get("default") if default else None)
