"""Schema Object to `clientpress.api.schemas` (OpenAPI 3.2, sections 4.24 and 4.25).

References are recorded, not followed: each target is parsed once and kept under its own place, so that
circles are not a problem. `allOf` stays an `AllOf` here; `clientpress.parse.compose` merges it afterwards,
when every schema is known.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import replace
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema
from clientpress.diagnostics import Place
from clientpress.document.data import is_array, is_object, text_or_empty
from clientpress.document.normalise import schema_keywords
from clientpress.document.sources import Node
from clientpress.parse.conditional import conditional_properties, report_conditions
from clientpress.parse.context import Context
from clientpress.parse.extensions.schema import schema_extensions
from clientpress.parse.limits import limits_of
from clientpress.parse.listed import constant, enumeration, enumeration_of
from clientpress.parse.members import array_schema, object_schema, tag_of

_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
_OBJECT_WORDS = (
    "properties",
    "additionalProperties",
    "patternProperties",
    "required",
    "minProperties",
    "maxProperties",
    "propertyNames",
)
_ARRAY_WORDS = (
    "items",
    "prefixItems",
    "minItems",
    "maxItems",
    "uniqueItems",
    "contains",
)
_STRING_WORDS = (
    "pattern",
    "minLength",
    "maxLength",
    "contentEncoding",
    "contentMediaType",
)
_NUMBER_WORDS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
)
# Keywords that restrict values, but do not tell the type where another keyword does.
_LIMITS = frozenset(
    {
        *("pattern", "minLength", "maxLength", *_NUMBER_WORDS),
        *("minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties"),
    }
)
# Formats of one type only.
_FORMATS = {
    "string": (
        *(
            "date-time",
            "date",
            "time",
            "duration",
            "uuid",
            "byte",
            "binary",
            "password",
        ),
        *("email", "uri", "uri-reference", "hostname", "ipv4", "ipv6"),
    ),
    "integer": ("int32", "int64"),
    "number": ("float", "double"),
}
_NUMBER_FORMATS = {
    name: kind for kind in ("integer", "number") for name in _FORMATS[kind]
}
_STRUCTURAL = frozenset(
    {
        "type",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "const",
        "format",
        *("if", "then", "else", "dependentSchemas"),
        *_OBJECT_WORDS,
        *_ARRAY_WORDS,
        *_STRING_WORDS,
        *_NUMBER_WORDS,
    }
)


def parse_schema(node: Node, context: Context) -> Schema:
    """Read one Schema Object."""
    data = node.data
    if isinstance(data, bool):
        meta = Meta(place=node.place)
        return s.Anything(meta) if data else s.Nothing(meta)
    if not is_object(data):
        context.report.warning(
            "CP501", node.place, "this is no schema; any JSON value is accepted here"
        )
        return s.Anything(Meta(place=node.place))
    words = schema_keywords(data, context.version)
    meta = _meta(words, node.place, context)
    reference = words.get("$ref", words.get("$dynamicRef"))
    if "$ref" in words and not context.is_reference(node):
        schema: Schema = s.Anything(meta)
    elif isinstance(reference, str):
        schema = _reference(reference, words, meta, node, context)
    else:
        schema = _composed(words, meta, node, context)
    # In 3.0, null would have to be allowed in every part of a composition. Authors mean null all the same.
    composed = any(word in words for word in ("allOf", "oneOf", "anyOf"))
    if words.get("nullable") is True or (composed and data.get("nullable") is True):
        return _nullable(schema)
    return schema


def _meta(words: MappingABC[str, Any], place: Place, context: Context) -> Meta:
    """The title, description and other annotations of a schema."""
    access = s.Access.BOTH
    if words.get("readOnly") is True:
        access = s.Access.READ
    elif words.get("writeOnly") is True:
        access = s.Access.WRITE
    examples = words.get("examples")
    extensions = schema_extensions(words, place, context)
    return Meta(
        place=place,
        title=text_or_empty(words.get("title")),
        description=text_or_empty(words.get("description")),
        deprecated=words.get("deprecated") is True,
        access=access,
        default=(words["default"],) if "default" in words else (),
        limits=limits_of(words),
        examples=tuple(examples) if is_array(examples) else (),
        name=text_or_empty(extensions.get("name")),
        extensions=extensions,
    )


def _reference(
    reference: str,
    words: MappingABC[str, Any],
    meta: Meta,
    node: Node,
    context: Context,
) -> Schema:
    """The schema of a `$ref` or `$dynamicRef`, together with the keywords beside it."""
    target = context.reference(reference, node.place)
    if target is None:
        return s.Anything(meta)
    if "$ref" not in words and context.is_open(reference):
        context.report.warning(
            "CP501",
            node.place.child("$dynamicRef"),
            "several schemas have this $dynamicAnchor, and which is meant depends on the way here;"
            " any JSON value is accepted",
        )
        return s.Anything(meta)
    schema = s.Reference(meta, target)
    beside = {k: v for k, v in words.items() if k in _STRUCTURAL}
    if beside.keys() <= _LIMITS:
        return schema
    rest = _composed(beside, Meta(place=node.place), node, context)
    return s.AllOf(meta, (s.Reference(Meta(place=node.place), target), rest))


def _composed(
    words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    """A schema without `$ref`: its own keywords together with `allOf`, `oneOf` and `anyOf`."""
    report_conditions(words, node, context)
    parts = list[Schema]()
    for word in ("allOf", "oneOf", "anyOf"):
        items = words.get(word)
        if not is_array(items) or not items:
            continue
        below = [parse_schema(node.child(word, i), context) for i in range(len(items))]
        if word == "allOf":
            parts += [
                s.Anything(part.meta) if _only_limits(item) else part
                for item, part in zip(items, below, strict=True)
            ]
        else:
            parts.append(_union(words, below, Meta(place=node.place), node, context))
    if not parts:
        return _plain(words, meta, node, context)
    # The keywords beside the composition are one more part.
    own = {
        k: v
        for k, v in words.items()
        if k in _STRUCTURAL and k not in ("allOf", "oneOf", "anyOf")
    }
    if not own.keys() <= _LIMITS and not _only_repeats(own, parts):
        parts.append(_plain(own, Meta(place=node.place), node, context))
    tag = (
        tag_of(words, node, context)
        if "oneOf" not in words and "anyOf" not in words
        else None
    )
    if len(parts) == 1 and tag is None:
        schema = _relabel(parts[0], meta)
        if isinstance(schema, s.Reference):
            return replace(schema, alone="allOf" in words)
        return schema
    if tag is not None:
        parts.append(s.Object(Meta(place=node.place), (), tag=tag, untyped=True))
    return s.AllOf(meta, tuple(parts))


def _only_limits(data: Any) -> bool:
    """Whether a part of a composition only restricts values, and does not tell their type."""
    words = data.keys() & _STRUCTURAL if is_object(data) else set[str]()
    return bool(words) and words <= _LIMITS and "$ref" not in data


def _only_repeats(own: MappingABC[str, Any], parts: list[Schema]) -> bool:
    """Whether the keywords beside a composition are only a `type`, which the parts have too."""
    return set(own) <= {"type"} and not any(
        isinstance(part, s.Anything) for part in parts
    )


def _relabel(schema: Schema, meta: Meta) -> Schema:
    """The only part of a composition, with the annotations of the outer schema where it has some."""
    old = schema.meta
    return replace(
        schema,
        meta=Meta(
            place=meta.place,
            title=meta.title or old.title,
            description=meta.description or old.description,
            deprecated=meta.deprecated or old.deprecated,
            access=meta.access if meta.access is not s.Access.BOTH else old.access,
            default=meta.default or old.default,
            examples=meta.examples or old.examples,
            name=meta.name or old.name,
            extensions={**old.extensions, **meta.extensions},
        ),
    )


def _union(
    words: MappingABC[str, Any],
    variants: list[Schema],
    meta: Meta,
    node: Node,
    context: Context,
) -> Schema:
    """The union of variants, or the only variant."""
    tag = tag_of(words, node, context)
    if tag is not None:
        return s.Union(meta, tuple(variants), tag)
    if len(variants) == 1:
        return variants[0]
    return enumeration_of(variants, meta) or s.Union(meta, tuple(variants))


def _plain(
    words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    """A schema with its own keywords only."""
    if "const" in words:
        return constant(words["const"], meta, context)
    if is_array(words.get("enum")) and words["enum"]:
        return enumeration(words, meta, context)
    kinds = _kinds(words, node, context)
    if not kinds:
        return s.Anything(meta)
    if len(kinds) == 1:
        return _typed(kinds[0], words, meta, node, context)
    if kinds in (["integer", "string"], ["string", "integer"]) and (
        words.get("format") == "int64" or _is_text_of_int(words)
    ):
        return s.Primitive(meta, "integer", "int64-or-string")
    has_one_type = len([kind for kind in kinds if kind != "null"]) == 1
    below = [
        Meta(place=node.place if has_one_type else node.place.child("type", kind))
        for kind in kinds
    ]
    return s.Union(
        meta,
        tuple(
            _typed(kind, words, inner, node, context)
            for kind, inner in zip(kinds, below, strict=True)
        ),
    )


def _is_text_of_int(words: MappingABC[str, Any]) -> bool:
    """Whether a value that is text must be that of an integer."""
    return words.get("format") == "int32" and "pattern" in words


def _kinds(words: MappingABC[str, Any], node: Node, context: Context) -> list[str]:
    """The JSON types that a schema allows; where `type` is absent, derived from other keywords."""
    stated = words.get("type")
    names = stated if is_array(stated) else [stated] if stated is not None else []
    known = list(dict.fromkeys(name for name in names if name in _TYPES))
    for name in names:
        if name == "file":
            known.append("string")
        elif name not in _TYPES:
            context.report.warning(
                "CP501",
                node.place.child("type"),
                f"{name!r} is no JSON type; any JSON value is accepted here",
            )
    if known or names:
        return known
    if "pattern" in words and words.get("format") in _NUMBER_FORMATS:
        # ASP.NET Core writes this for a number that may be text. A pattern does not apply to numbers
        # (JSON Schema 2020-12 validation, section 6.3.3).
        return [_NUMBER_FORMATS[words["format"]], "string"]
    for words_of, kind in (
        (_OBJECT_WORDS, "object"),
        (_ARRAY_WORDS, "array"),
        (_STRING_WORDS, "string"),
        (_NUMBER_WORDS, "number"),
    ):
        if any(word in words for word in words_of):
            return _with_examples(kind, words)
    for kind, formats in _FORMATS.items():
        if words.get("format") in formats:
            return _with_examples(kind, words)
    return ["object"] if conditional_properties(words, node) else []


def _with_examples(kind: str, words: MappingABC[str, Any]) -> list[str]:
    """A derived type, together with the types of the examples.

    Keywords such as `properties` do not constrain values of other types, so that other types are valid. The
    examples tell which of them occur.
    """
    examples = words.get("examples")
    types = dict.fromkeys(map(_kind_of, examples if is_array(examples) else ()))
    if kind == "number":
        types.pop("integer", None)
    return list(dict.fromkeys([kind, *types]))


def _kind_of(value: Any) -> str:
    """The JSON type of a value."""
    if value is None:
        return "null"
    if is_object(value):
        return "object"
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "number")):
        if isinstance(value, kind):
            return name
    return "string" if isinstance(value, str) else "array"


def _typed(
    kind: str, words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    """A schema of one JSON type."""
    if kind == "object":
        return object_schema(words, meta, node, context, parse_schema)
    if kind == "array":
        return array_schema(words, meta, node, context, parse_schema)
    if kind == "string":
        media = text_or_empty(words.get("contentMediaType"))
        encoding = text_or_empty(words.get("contentEncoding")).lower()
        form = text_or_empty(words.get("format"))
        if words.get("type") == "file":
            form = "binary"
        if encoding in s.ENCODINGS:
            form = "byte" if encoding == "base64" else encoding
        elif encoding == "binary" or (
            media
            and not form
            and not encoding
            and not media.startswith(("text/", "application/json"))
        ):
            form = "binary"
        return s.Primitive(meta, kind, form, media)
    return s.Primitive(
        meta, kind, "" if kind == "null" else text_or_empty(words.get("format"))
    )


def _nullable(schema: Schema) -> Schema:
    """The schema, or null."""
    if isinstance(schema, s.Anything) or s.is_null(schema):
        return schema
    null = s.Primitive(Meta(place=schema.meta.place), "null")
    if isinstance(schema, s.Union):
        if any(s.is_null(variant) for variant in schema.variants):
            return schema
        return s.Union(schema.meta, (*schema.variants, null), schema.tag)
    inner = replace(schema, meta=replace(schema.meta, default=(), examples=()))
    return s.Union(schema.meta, (inner, null))
