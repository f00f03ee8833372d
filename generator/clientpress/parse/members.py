"""Objects and arrays: their members and items (JSON Schema 2020-12 core, section 10.3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema
from clientpress.diagnostics import Place
from clientpress.document.data import is_array, is_object
from clientpress.document.sources import Node
from clientpress.parse.conditional import conditional_properties
from clientpress.parse.context import Context

Parse: TypeAlias = Callable[[Node, Context], Schema]
"""Reads the schema at a node."""

# Patterns that every name matches.
_ANY_NAME = ("", ".*", "^.*$", ".+", "^.+$", "^.*", "^.+", "^")


def tag_of(words: Mapping[str, Any], node: Node, context: Context) -> s.Tag | None:
    """The discriminator of a schema, if it has one."""
    discriminator = words.get("discriminator")
    if not is_object(discriminator) or not isinstance(
        discriminator.get("propertyName"), str
    ):
        return None
    place = node.place.child("discriminator", "mapping")
    mapping = list[tuple[str, Place]]()
    entries: Any = discriminator.get("mapping")
    for value, target in (entries if is_object(entries) else {}).items():
        if isinstance(target, str):
            variant = context.mapping_target(target, place.child(str(value)))
            if variant is not None:
                mapping.append((str(value), variant))
    return s.Tag(discriminator["propertyName"], tuple(mapping))


def object_schema(
    words: Mapping[str, Any], meta: Meta, node: Node, context: Context, parse: Parse
) -> Schema:
    """The schema of an object: its declared members, and a schema for undeclared ones."""
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
                parse(node.child("properties", wire), context),
                wire in names,
            )
        )
    fields += _conditional_fields(words, {f.wire for f in fields}, node, context, parse)
    declared = {field.wire for field in fields}
    # A required member that is not declared must exist all the same, with any value.
    fields += [
        s.Field(wire, s.Anything(Meta(place=node.place.child("required"))), True)
        for wire in sorted(names - declared)
    ]
    extra = _extra(words, node, context, parse)
    tag = tag_of(words, node, context)
    untyped = "type" not in words
    if fields or tag:
        return s.Object(meta, tuple(fields), extra, tag=tag, untyped=untyped)
    values = extra or s.Anything(Meta(place=node.place))
    return s.Mapping(meta, values, untyped, stated=extra is not None)


def _conditional_fields(
    words: Mapping[str, Any],
    known: set[str],
    node: Node,
    context: Context,
    parse: Parse,
) -> list[s.Field]:
    """The members that are declared under conditions; with a union where several conditions declare one."""
    schemas = dict[str, list[Schema]]()
    for properties in conditional_properties(words, node):
        for wire in properties.data:
            if wire not in known:
                schema = parse(properties.child(wire), context)
                schemas.setdefault(wire, []).append(schema)
    return [
        s.Field(wire, _either(declared), False, conditional=True)
        for wire, declared in schemas.items()
    ]


def _either(schemas: list[Schema]) -> Schema:
    """A union, or the schema if there is only one."""
    return (
        schemas[0]
        if len(schemas) == 1
        else s.Union(Meta(place=schemas[0].meta.place), tuple(schemas))
    )


def _extra(
    words: Mapping[str, Any], node: Node, context: Context, parse: Parse
) -> Schema | None:
    """The schema of undeclared members; None where the document does not mention them."""
    rest: Schema | None = None
    for word in ("additionalProperties", "unevaluatedProperties"):
        value = words.get(word)
        if value is True:
            rest = s.Anything(Meta(place=node.place.child(word)))
        elif is_object(value):
            rest = parse(node.child(word), context)
        if word in words:
            break
    patterns = words.get("patternProperties")
    if not is_object(patterns) or not patterns:
        return rest
    if rest is None and words.get("additionalProperties") is not False:
        rest = s.Anything(Meta(place=node.place))
    return _by_name(list(patterns), rest, node, context, parse)


def _by_name(
    patterns: list[str],
    rest: Schema | None,
    node: Node,
    context: Context,
    parse: Parse,
) -> Schema:
    """The schema of undeclared members where patterns of their names decide.

    A pattern that every name matches is the schema of all other members.
    """
    place = node.place.child("patternProperties")
    known = list[tuple[str, Schema]]()
    for pattern in patterns:
        schema = parse(node.child("patternProperties", pattern), context)
        if pattern in _ANY_NAME:
            rest = schema
            break
        try:
            re.compile(pattern)
        except (re.error, OverflowError, RecursionError) as e:
            context.report.warning(
                "CP501",
                place.child(pattern),
                f"this regular expression is not understood ({e});"
                " any JSON value is accepted under such names",
            )
            rest = s.Anything(Meta(place=node.place))
        else:
            known.append((pattern, schema))
    if not known:
        return rest or s.Anything(Meta(place=node.place))
    return s.ByName(Meta(place=place), tuple(known), rest)


def array_schema(
    words: Mapping[str, Any], meta: Meta, node: Node, context: Context, parse: Parse
) -> Schema:
    """The schema of an array or tuple."""
    prefix = words.get("prefixItems")
    items = words.get("items")
    rest: Schema | None = None
    if isinstance(items, (dict, bool)) and items is not False:
        rest = parse(node.child("items"), context)
    if is_array(prefix) and prefix:
        firsts = tuple(
            parse(node.child("prefixItems", i), context) for i in range(len(prefix))
        )
        if rest is None and items is not False:
            rest = s.Anything(Meta(place=node.place))
        exact = words.get("minItems") == len(prefix)
        if words.get("maxItems") == len(prefix):
            rest = None
        return s.Tuple(meta, firsts, rest, exact)
    # Tuples of JSON Schema draft 4, which some documents of OpenAPI 3.0 have.
    if isinstance(items, list):
        context.report.warning(
            "CP501",
            node.place.child("items"),
            "a list of schemas is no longer allowed here",
        )
    return s.Array(
        meta, rest or s.Anything(Meta(place=node.place)), "type" not in words
    )
