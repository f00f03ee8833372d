"""Schema Object to `clientpress.api.schemas`.

References are recorded, not followed: whatever they lead to is parsed once and registered under
its own place, so cycles end by themselves. `allOf` stays an `AllOf` here;
`clientpress.parse.compose` merges afterwards, when everything is known.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingABC
from dataclasses import replace
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema
from clientpress.diagnostics import Place
from clientpress.document.data import is_array, is_object
from clientpress.document.normalise import schema_keywords
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.schema import schema_extensions

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
# Keywords that may declare members which no Python type can carry.
_CONDITIONAL = ("if", "dependentSchemas")
_STRUCTURAL = frozenset(
    {
        "type",
        "allOf",
        "oneOf",
        "anyOf",
        "enum",
        "const",
        *_OBJECT_WORDS,
        *_ARRAY_WORDS,
        *_STRING_WORDS,
        *_NUMBER_WORDS,
    }
)


def parse_schema(node: Node, context: Context) -> Schema:
    """One Schema Object; findings go into the context's report."""
    data = node.data
    if isinstance(data, bool):
        meta = Meta(node.place)
        return s.Anything(meta) if data else s.Nothing(meta)
    if not is_object(data):
        context.report.warning(
            "W501", node.place, "this is no schema; any JSON value is accepted here"
        )
        return s.Anything(Meta(node.place))
    words = schema_keywords(data, context.version)
    meta = _meta(words, node.place, context)
    reference = words.get("$ref", words.get("$dynamicRef"))
    if isinstance(reference, str):
        made = _reference(reference, words, meta, node, context)
    else:
        made = _composed(words, meta, node, context)
    return _nullable(made) if words.get("nullable") is True else made


def _meta(words: MappingABC[str, Any], place: Place, context: Context) -> Meta:
    access = s.Access.BOTH
    if words.get("readOnly") is True:
        access = s.Access.READ
    elif words.get("writeOnly") is True:
        access = s.Access.WRITE
    examples = words.get("examples")
    extensions = schema_extensions(words, place, context)
    return Meta(
        place,
        title=_text(words.get("title")),
        description=_text(words.get("description")),
        deprecated=words.get("deprecated") is True,
        access=access,
        default=(words["default"],) if "default" in words else (),
        examples=tuple(examples) if is_array(examples) else (),
        name=_text(extensions.get("name")),
        extensions=extensions,
    )


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _reference(
    reference: str,
    words: MappingABC[str, Any],
    meta: Meta,
    node: Node,
    context: Context,
) -> Schema:
    target = context.reference(reference, node.place)
    if target is None:
        return s.Anything(meta)
    if "$ref" not in words and context.is_open(reference):
        context.report.warning(
            "W501",
            node.place.child("$dynamicRef"),
            "several schemas have this $dynamicAnchor, and which is meant depends on the way here;"
            " any JSON value is accepted",
        )
        return s.Anything(meta)
    made = s.Reference(meta, target)
    beside = {k: v for k, v in words.items() if k in _STRUCTURAL}
    if not beside:
        return made
    rest = _composed(beside, Meta(node.place), node, context)
    return s.AllOf(meta, (s.Reference(Meta(node.place), target), rest))


def _composed(
    words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    """A schema without `$ref`: its own keywords together with `allOf`, `oneOf` and `anyOf`."""
    for word in _CONDITIONAL:
        if word in words:
            context.report.warning(
                "W502",
                node.place.child(word),
                f"{word!r} has no effect on the Python types",
            )
    parts = list[Schema]()
    for word in ("allOf", "oneOf", "anyOf"):
        items = words.get(word)
        if not is_array(items) or not items:
            continue
        below = [parse_schema(node.child(word, i), context) for i in range(len(items))]
        if word == "allOf":
            parts += below
        else:
            parts.append(_union(words, below, Meta(node.place), node, context))
    if not parts:
        return _plain(words, meta, node, context)
    own = {
        k: v
        for k, v in words.items()
        if k in _STRUCTURAL and k not in ("allOf", "oneOf", "anyOf")
    }
    if own and not _says_nothing_new(own, parts):
        parts.append(_plain(own, Meta(node.place), node, context))
    tag = (
        _tag(words, node, context)
        if "oneOf" not in words and "anyOf" not in words
        else None
    )
    if len(parts) == 1 and tag is None:
        return _relabel(parts[0], meta)
    if tag is not None:
        parts.append(s.Object(Meta(node.place), (), tag=tag))
    return s.AllOf(meta, tuple(parts))


def _says_nothing_new(own: MappingABC[str, Any], parts: list[Schema]) -> bool:
    """`type: object` beside a composition only repeats what the parts say."""
    return set(own) <= {"type"} and not any(
        isinstance(part, s.Anything) for part in parts
    )


def _relabel(schema: Schema, meta: Meta) -> Schema:
    """A composition of one part is that part, described by the outer schema where that says
    something.
    """
    old = schema.meta
    return replace(
        schema,
        meta=Meta(
            meta.place,
            meta.title or old.title,
            meta.description or old.description,
            meta.deprecated or old.deprecated,
            meta.access if meta.access is not s.Access.BOTH else old.access,
            meta.default or old.default,
            meta.examples or old.examples,
            meta.name or old.name,
            {**old.extensions, **meta.extensions},
        ),
    )


def _union(
    words: MappingABC[str, Any],
    variants: list[Schema],
    meta: Meta,
    node: Node,
    context: Context,
) -> Schema:
    if len(variants) == 1:
        return variants[0]
    return s.Union(meta, tuple(variants), _tag(words, node, context))


def _tag(words: MappingABC[str, Any], node: Node, context: Context) -> s.Tag | None:
    found = words.get("discriminator")
    if not is_object(found) or not isinstance(found.get("propertyName"), str):
        return None
    place = node.place.child("discriminator", "mapping")
    mapping = list[tuple[str, Place]]()
    entries: Any = found.get("mapping")
    for value, target in (entries if is_object(entries) else {}).items():
        if isinstance(target, str):
            reached = context.mapping_target(target, place.child(str(value)))
            if reached is not None:
                mapping.append((str(value), reached))
    return s.Tag(found["propertyName"], tuple(mapping))


def _plain(
    words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    """A schema of its own keywords only."""
    if "const" in words:
        return _constant(words["const"], meta)
    if is_array(words.get("enum")) and words["enum"]:
        return _enumeration(words, meta)
    kinds = _kinds(words, node, context)
    if not kinds:
        return s.Anything(meta)
    if len(kinds) == 1:
        return _typed(kinds[0], words, meta, node, context)
    if (
        kinds in (["integer", "string"], ["string", "integer"])
        and words.get("format") == "int64"
    ):
        return s.Primitive(meta, "integer", "int64-or-string")
    lone = len([kind for kind in kinds if kind != "null"]) == 1
    below = [
        Meta(node.place if lone else node.place.child("type", kind)) for kind in kinds
    ]
    return s.Union(
        meta,
        tuple(
            _typed(kind, words, inner, node, context)
            for kind, inner in zip(kinds, below, strict=True)
        ),
    )


def _kinds(words: MappingABC[str, Any], node: Node, context: Context) -> list[str]:
    """The JSON types a schema allows; inferred from other keywords where `type` is absent."""
    stated = words.get("type")
    names = stated if is_array(stated) else [stated] if stated is not None else []
    known = list(dict.fromkeys(name for name in names if name in _TYPES))
    for name in names:
        if name == "file":
            known.append("string")
        elif name not in _TYPES:
            context.report.warning(
                "W501",
                node.place.child("type"),
                f"{name!r} is no JSON type; any JSON value is accepted here",
            )
    if known or names:
        return known
    for words_of, kind in (
        (_OBJECT_WORDS, "object"),
        (_ARRAY_WORDS, "array"),
        (_STRING_WORDS, "string"),
    ):
        if any(word in words for word in words_of):
            return [kind]
    return ["number"] if any(word in words for word in _NUMBER_WORDS) else []


def _typed(
    kind: str, words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    if kind == "object":
        return _object(words, meta, node, context)
    if kind == "array":
        return _array(words, meta, node, context)
    if kind == "string":
        media = _text(words.get("contentMediaType"))
        encoding = _text(words.get("contentEncoding")).lower()
        form = _text(words.get("format"))
        if words.get("type") == "file":
            form = "binary"
        if encoding in ("base64", "base64url"):
            form = "byte" if encoding == "base64" else encoding
        elif (
            media
            and not form
            and not encoding
            and not media.startswith(("text/", "application/json"))
        ):
            form = "binary"
        return s.Primitive(meta, kind, form, media)
    return s.Primitive(meta, kind, "" if kind == "null" else _text(words.get("format")))


def _object(
    words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    required = words.get("required")
    names = (
        set(required)
        if is_array(required) and all(isinstance(r, str) for r in required)
        else set[str]()
    )
    properties = words.get("properties")
    fields = list[s.Field]()
    for wire in properties if is_object(properties) else ():
        fields.append(
            s.Field(
                wire,
                parse_schema(node.child("properties", wire), context),
                wire in names,
            )
        )
    declared = {field.wire for field in fields}
    # A required member that is not declared still has to be there; it may be anything.
    fields += [
        s.Field(wire, s.Anything(Meta(node.place.child("required"))), True)
        for wire in sorted(names - declared)
    ]
    extra = _extra(words, node, context)
    tag = _tag(words, node, context)
    if fields or tag:
        return s.Object(meta, tuple(fields), extra, tag=tag)
    return s.Mapping(meta, extra or s.Anything(Meta(node.place)))


def _extra(words: MappingABC[str, Any], node: Node, context: Context) -> Schema | None:
    """What undeclared members are, where the document speaks of them."""
    found = list[Schema]()
    for word in ("additionalProperties", "unevaluatedProperties"):
        value = words.get(word)
        if value is True:
            found.append(s.Anything(Meta(node.place.child(word))))
        elif is_object(value):
            found.append(parse_schema(node.child(word), context))
        if word in words:
            break
    patterns = words.get("patternProperties")
    for pattern in patterns if is_object(patterns) else ():
        found.append(parse_schema(node.child("patternProperties", pattern), context))
    if len(found) > 1:
        return s.Union(Meta(node.place.child("patternProperties")), tuple(found))
    return found[0] if found else None


def _array(
    words: MappingABC[str, Any], meta: Meta, node: Node, context: Context
) -> Schema:
    prefix = words.get("prefixItems")
    items = words.get("items")
    rest: Schema | None = None
    if isinstance(items, (dict, bool)) and items is not False:
        rest = parse_schema(node.child("items"), context)
    if is_array(prefix) and prefix:
        firsts = tuple(
            parse_schema(node.child("prefixItems", i), context)
            for i in range(len(prefix))
        )
        if rest is None and items is not False:
            rest = s.Anything(Meta(node.place))
        exact = words.get("minItems") == len(prefix)
        if words.get("maxItems") == len(prefix):
            rest = None
        return s.Tuple(meta, firsts, rest, exact)
    if isinstance(
        items, list
    ):  # draft 4 tuples, seen in documents that call themselves 3.0
        context.report.warning(
            "W501",
            node.place.child("items"),
            "a list of schemas is no longer allowed here",
        )
    return s.Array(meta, rest or s.Anything(Meta(node.place)))


def _constant(value: Any, meta: Meta) -> Schema:
    if value is None:
        return s.Primitive(meta, "null")
    if isinstance(value, (str, bool, int)):
        return s.Constant(meta, value)
    return _fallback(value, meta)


def _fallback(value: Any, meta: Meta) -> Schema:
    """The type of a constant that has no literal form in a type: floats, arrays, objects."""
    if isinstance(value, float):
        return s.Primitive(meta, "number")
    if is_object(value):
        return s.Mapping(meta, s.Anything(Meta(meta.place)))
    return s.Array(meta, s.Anything(Meta(meta.place)))


def _enumeration(words: MappingABC[str, Any], meta: Meta) -> Schema:
    values = [v for v in words["enum"] if v is not None]
    has_null = len(values) < len(words["enum"])
    if not values:
        return s.Primitive(meta, "null")
    stated = words.get("type")
    if is_array(stated):
        has_null = has_null or "null" in stated
        stated = next((kind for kind in stated if kind != "null"), None)
    if stated == "string":
        # YAML readers make numbers and booleans of unquoted members; the type says what was meant.
        values = [v if isinstance(v, str) else _as_text(v) for v in values]
    # 1, 1.0 and true are different values of JSON, but equal in Python.
    distinct = dict[str, Any]()
    for value in values:
        distinct.setdefault(repr(value), value)
    inner = Meta(meta.place) if has_null else meta
    made = _enumeration_of(list(distinct.values()), words, inner)
    return (
        s.Union(meta, (made, s.Primitive(Meta(meta.place), "null")))
        if has_null
        else made
    )


def _enumeration_of(
    values: list[Any], words: MappingABC[str, Any], meta: Meta
) -> Schema:
    kinds: set[Any] = {type(value) for value in values}
    if kinds <= {str, int, bool}:
        kind = (
            {str: "string", int: "integer", bool: "boolean"}[kinds.pop()]
            if len(kinds) == 1
            else ""
        )
        names = _names_beside(words, "x-enum-varnames", "x-enumNames", "x-enum-names")
        told = _names_beside(words, "x-enum-descriptions", "x-enumDescriptions")
        listed = len(values)
        return s.Enumeration(
            meta,
            kind,
            tuple(values),
            names if len(names) == listed else (),
            told if len(told) == listed else (),
        )
    if kinds <= {int, float}:
        return s.Primitive(meta, "number")
    if len(kinds) == 1:
        return _fallback(values[0], meta)
    return s.Anything(meta)


def _names_beside(words: MappingABC[str, Any], *keys: str) -> tuple[str, ...]:
    for key in keys:
        found = words.get(key)
        if is_array(found):
            return tuple(str(item) for item in found)
    return ()


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _nullable(schema: Schema) -> Schema:
    """The schema or null."""
    if isinstance(schema, s.Anything) or s.is_null(schema):
        return schema
    null = s.Primitive(Meta(schema.meta.place), "null")
    if isinstance(schema, s.Union):
        if any(s.is_null(variant) for variant in schema.variants):
            return schema
        return s.Union(schema.meta, (*schema.variants, null), schema.tag)
    inner = replace(schema, meta=replace(schema.meta, default=(), examples=()))
    return s.Union(schema.meta, (inner, null))
