"""Objects and arrays: their members, in the terms of `clientpress.api.schemas` (JSON Schema 2020-12
core, section 10.3).
"""

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
"""Parses the schema at a node."""

# Patterns of names that say nothing about them.
_ANY_NAME = ("", ".*", "^.*$", ".+", "^.+$", "^.*", "^.+", "^")


def tag_of(words: Mapping[str, Any], node: Node, context: Context) -> s.Tag | None:
    """The discriminator of a schema."""
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


def object_schema(
    words: Mapping[str, Any], meta: Meta, node: Node, context: Context, parse: Parse
) -> Schema:
    """The schema of an object: its members, and what is said of undeclared ones."""
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
    fields += _in_some_cases(words, {f.wire for f in fields}, node, context, parse)
    declared = {field.wire for field in fields}
    # A required member that is not declared still has to be there; it may be anything.
    fields += [
        s.Field(wire, s.Anything(Meta(place=node.place.child("required"))), True)
        for wire in sorted(names - declared)
    ]
    extra = _extra(words, node, context, parse)
    tag = tag_of(words, node, context)
    untyped = "type" not in words
    if fields or tag:
        return s.Object(meta, tuple(fields), extra, tag=tag, untyped=untyped)
    return s.Mapping(meta, extra or s.Anything(Meta(place=node.place)), untyped)


def _in_some_cases(
    words: Mapping[str, Any],
    known: set[str],
    node: Node,
    context: Context,
    parse: Parse,
) -> list[s.Field]:
    """The members that are declared under conditions; a union where those differ."""
    found = dict[str, list[Schema]]()
    for properties in conditional_properties(words, node):
        for wire in properties.data:
            if wire not in known:
                made = parse(properties.child(wire), context)
                found.setdefault(wire, []).append(made)
    return [
        s.Field(wire, _either(kinds), False, conditional=True)
        for wire, kinds in found.items()
    ]


def _either(kinds: list[Schema]) -> Schema:
    return (
        kinds[0]
        if len(kinds) == 1
        else s.Union(Meta(place=kinds[0].meta.place), tuple(kinds))
    )


def _extra(
    words: Mapping[str, Any], node: Node, context: Context, parse: Parse
) -> Schema | None:
    """What undeclared members are, where the document speaks of them."""
    found = list[Schema]()
    for word in ("additionalProperties", "unevaluatedProperties"):
        value = words.get(word)
        if value is True:
            found.append(s.Anything(Meta(place=node.place.child(word))))
        elif is_object(value):
            found.append(parse(node.child(word), context))
        if word in words:
            break
    rest = found[0] if found else None
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
    """What undeclared members are by patterns of their names; a pattern that every name fits
    speaks of all of them.
    """
    place = node.place.child("patternProperties")
    found = list[tuple[str, Schema]]()
    for pattern in patterns:
        below = parse(node.child("patternProperties", pattern), context)
        if pattern in _ANY_NAME:
            rest = below
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
            found.append((pattern, below))
    if not found:
        return rest or s.Anything(Meta(place=node.place))
    return s.ByName(Meta(place=place), tuple(found), rest)


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
    if isinstance(
        items, list
    ):  # draft 4 tuples, seen in documents that call themselves 3.0
        context.report.warning(
            "CP501",
            node.place.child("items"),
            "a list of schemas is no longer allowed here",
        )
    return s.Array(
        meta, rest or s.Anything(Meta(place=node.place)), "type" not in words
    )
