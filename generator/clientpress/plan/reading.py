"""How the bodies of answers are read: which media types are read, how, and as which type.

A media type that is another form of the same content (XML beside JSON) is not part of the
result: JSON is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple

from clientpress.api import schemas as s
from clientpress.api.operations import MediaType, Operation, Response
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Report
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.media import bare, is_any, is_json, is_range
from clientpress.plan.schema_names import nullable
from clientpress.plan.streaming import is_sequence
from clientpress.plan.types import Decoder, OperationPlan
from clientpress.plan.typing_rules import TypeRules


class Reading(NamedTuple):
    """How the answers to an operation are read.

    Attributes:
        accept: The media types to ask for.
    """

    results: tuple[tuple[str, Decoder], ...]
    errors: tuple[tuple[str, Decoder], ...]
    returns: Annotation
    accept: str


_ANY = Decoder("json", a.JSON)
_JSON_TEXT = Decoder("json", a.STR)
_JSON_NULLABLE_TEXT = Decoder("json", a.union(a.STR, a.NONE))
_BINARY = Decoder("binary", a.BINARY)
_NOTHING = Decoder("nothing", a.NONE)
_TEXT = Decoder("text", a.STR)

# Statuses whose answers have no body (RFC 9110, sections 15.3.5, 15.3.6 and 15.4.5).
_BODILESS = ("204", "205", "304")

# Other forms of what JSON says, and media types that are text without being called so.
_FORMS = re.compile(
    r"xml|yaml|protobuf|jose|jwt|cbor|msgpack|bson|smile|avro|thrift|x-www-form"
)
_TEXTUAL = re.compile(
    r"(^text/|xml$|yaml$|jwt$|jose(\+json)?$|javascript$|sql$|graphql$|toml$|csv$|pem|jsonl|ndjson)"
)
_FILES = re.compile(
    r"^(image|audio|video|font)/|^application/(octet-stream|pdf|.*zip|.*tar|vnd\.)"
)


class ReadingRules:
    """Plans how answers are read."""

    def __init__(self, rules: TypeRules, report: Report) -> None:
        self._rules, self._report = rules, report

    def operation(self, operation: Operation) -> Reading:
        """The answers to an operation."""
        good = [r for r in operation.responses if r.status.startswith("2")]
        fallback = [r for r in operation.responses if r.status == "default"]
        if not good:
            good, fallback = fallback, []
        good += [r for r in operation.responses if r.status == "304"]
        bad = [r for r in operation.responses if r.status[0] in "345" and r not in good]
        bad += fallback
        is_head = operation.method == "HEAD"
        results = tuple(
            (r.status, _NOTHING if is_head else self._success(r)) for r in good
        ) or (("2XX", _ANY),)
        errors = tuple((r.status, d) for r in bad if (d := self._error(r)))
        return Reading(
            results,
            errors,
            _returns(results, good),
            _accept(good, self),
        )

    def received(self, media: tuple[MediaType, ...]) -> Decoder:
        """A body that is sent to us. Binary content is bytes, because all of it has arrived already."""
        decoder = self._decoder(media)
        if decoder.kind == "media":
            inner = tuple((name, _as_bytes(d)) for name, d in decoder.by_media)
            kinds = (part.annotation for _, part in inner)
            return replace(decoder, annotation=a.either(*kinds), by_media=inner)
        return _as_bytes(decoder)

    def _success(self, response: Response) -> Decoder:
        if response.status in _BODILESS:
            return _NOTHING
        return self._decoder(response.media) if response.media else _ANY

    def _error(self, response: Response) -> Decoder | None:
        """How an error body is read; None if it is not JSON. An object that is declared as plain
        text is read as JSON.
        """
        json = [m for m in response.media if is_json(m.name) or is_any(m.name)]
        json = json or [
            replace(m, name="application/json")
            for m in response.media
            if bare(m.name) == "text/plain"
            and m.schema
            and not self._is_plain(m.schema)
        ]
        decoders = self._decoders(m for m in json if not self._is_file(m.schema))
        return _one_of(decoders)

    def _decoder(self, media: tuple[MediaType, ...]) -> Decoder:
        if not media:
            return _NOTHING
        return _one_of(self._decoders(self.counting(media))) or _ANY

    def counting(self, media: tuple[MediaType, ...]) -> tuple[MediaType, ...]:
        """The media types that results are made of."""
        whole = tuple(m for m in media if not is_sequence(m))
        json = [m for m in whole if is_json(m.name) and not self._is_file(m.schema)]
        if not json:
            return whole
        return tuple(m for m in whole if m in json or self._is_beside_json(m))

    def _is_beside_json(self, media: MediaType) -> bool:
        """Whether a media type beside JSON has content of its own, and is not another form of it."""
        name = bare(media.name)
        if is_range(name):
            return False
        says_little = media.schema is None or self._is_plain(media.schema)
        return says_little and not _FORMS.search(name)

    def _decoders(self, media: Iterable[MediaType]) -> dict[str, Decoder]:
        decoders = dict[str, Decoder]()
        for each in media:
            name, decoder = _name(each.name), self._media_decoder(each)
            if is_range(name) and decoder == _JSON_TEXT:
                # Whatever came is the text; JSON has it in quotes.
                decoders.setdefault("application/json", decoder)
                decoder = _TEXT
            decoders.setdefault(name, decoder)
        return decoders

    def _media_decoder(self, media: MediaType) -> Decoder:
        name, schema = bare(media.name), media.schema
        if self._is_file(schema):
            return _BINARY
        if is_any(name) and schema is not None and self._is_base64(schema):
            return _BINARY
        if is_json(name) or is_any(name):
            annotation = self._rules.annotation(schema) if schema else a.JSON
            if schema and annotation != a.JSON and nullable(schema, {}):
                annotation = a.union(annotation, a.NONE)
            return Decoder("json", annotation)
        is_string = schema is not None and self._is_string(schema)
        is_text = name.startswith("text/") and name != "text/csv"
        may_be_text = _TEXTUAL.search(name) and not _FILES.search(name)
        if may_be_text and (is_text or is_string):
            return _TEXT
        if schema is not None and not self._is_plain(schema):
            said = f"{media.name} has no precise Python type; the bytes are handed out as they are"
            self._report.warning("CP501", media.place, said)
        return _BINARY

    def _is_file(self, schema: Schema | None) -> bool:
        """Whether a schema describes bytes outside of JSON."""
        followed = self._rules.followed(schema) if schema else None
        return isinstance(followed, s.Primitive) and followed.format == "binary"

    def _is_base64(self, schema: Schema) -> bool:
        followed = self._rules.followed(schema)
        return isinstance(followed, s.Primitive) and followed.format in (
            "byte",
            "base64",
        )

    def _is_string(self, schema: Schema) -> bool:
        followed = self._rules.followed(schema)
        return isinstance(followed, (s.Primitive, s.Enumeration)) and (
            followed.type == "string"
        )

    def _is_plain(self, schema: Schema) -> bool:
        """Whether a schema says no more than "text" or "bytes"."""
        return isinstance(self._rules.followed(schema), (s.Anything, s.Primitive))


def may_be_other(plan: OperationPlan) -> bool:
    """Whether the only documented result is a JSON string: some servers declare that for every
    answer whose type they do not know.
    """
    decoders = [
        d for _, whole in plan.results for d in (whole, *(b for _, b in whole.by_media))
    ]
    return len(decoders) == 1 and decoders[0] in (_JSON_TEXT, _JSON_NULLABLE_TEXT)


def _one_of(by_media: dict[str, Decoder]) -> Decoder | None:
    """One decoder for all media types; None if there are no media types."""
    kinds = dict.fromkeys(by_media.values())
    if len(kinds) <= 1:
        return next(iter(kinds), None)
    types = (decoder.annotation for decoder in kinds)
    return Decoder("media", a.either(*types), tuple(by_media.items()))


def _as_bytes(decoder: Decoder) -> Decoder:
    return Decoder("raw", a.BYTES) if decoder == _BINARY else decoder


def _returns(
    results: tuple[tuple[str, Decoder], ...], responses: list[Response]
) -> Annotation:
    """The type of a result.

    A success without content says nothing about the type, unless another one has content: then it
    is None.
    """
    described = {r.status for r in responses if r.media} - {*_BODILESS}
    types = list[Annotation]()
    for status, decoder in results:
        if decoder == _ANY and described and status not in described:
            types.append(a.NONE)
            continue
        types.append(decoder.annotation)
        parts = [d for _, d in decoder.by_media] or [decoder]
        if _ANY in parts:
            types.append(a.BINARY)
        if status in ("2XX", "default"):
            types.append(a.NONE)
    return a.either(*types)


def _name(media_type: str) -> str:
    """A media type with its parameters, except the character set."""
    name, *parameters = media_type.split(";")
    told = [text.strip() for text in parameters]
    kept = [
        text
        for text in told
        if text.isascii()
        and text.isprintable()
        and text
        and not text.lower().startswith("charset=")
    ]
    return ";".join([name.strip().lower(), *kept])


def _accept(responses: list[Response], rules: ReadingRules) -> str:
    """The Accept header: the documented media types that can be read."""
    media = [m for r in responses for m in rules.counting(r.media) or r.media]
    names = dict.fromkeys(_name(m.name) for m in media)
    return ", ".join(
        name for name in names if "/" in name and name.isascii() and name.isprintable()
    )
