"""`const` and `enum`: listed values (JSON Schema 2020-12 validation, sections 6.1.2 and 6.1.3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema
from clientpress.document.data import is_array, is_object
from clientpress.parse.context import Context


def constant(value: Any, meta: Meta, context: Context) -> Schema:
    """The schema of `const`."""
    if value is None:
        return s.Primitive(meta, "null")
    if isinstance(value, (str, bool, int)):
        return s.Constant(meta, value)
    return _fallback(value, meta, context)


def _fallback(value: Any, meta: Meta, context: Context) -> Schema:
    """The type of a constant that Python has no literal type for: a float, an array or an object."""
    if isinstance(value, float):
        return s.Primitive(meta, "number")
    _report(meta, context)
    if is_object(value):
        return s.Mapping(meta, s.Anything(Meta(place=meta.place)))
    return s.Array(meta, s.Anything(Meta(place=meta.place)))


def enumeration(words: Mapping[str, Any], meta: Meta, context: Context) -> Schema:
    """The schema of `enum`. A null in it becomes a variant of a union."""
    values = [v for v in words["enum"] if v is not None]
    has_null = len(values) < len(words["enum"])
    if not values:
        return s.Primitive(meta, "null")
    stated = words.get("type")
    if is_array(stated):
        has_null = has_null or "null" in stated
        stated = next((kind for kind in stated if kind != "null"), None)
    if stated == "string":
        # YAML readers turn unquoted values into numbers and booleans. The type tells what was meant.
        values = [v if isinstance(v, str) else _as_text(v) for v in values]
    elif stated == "integer":
        whole = (isinstance(v, float) and v.is_integer() for v in values)
        values = [int(v) if w else v for v, w in zip(values, whole, strict=True)]
    # 1, 1.0 and true are different JSON values, but equal in Python.
    distinct = dict[str, Any]()
    for value in values:
        distinct.setdefault(repr(value), value)
    inner = Meta(place=meta.place) if has_null else meta
    schema = _enumeration_of(list(distinct.values()), words, inner, context)
    return (
        s.Union(meta, (schema, s.Primitive(Meta(place=meta.place), "null")))
        if has_null
        else schema
    )


def _enumeration_of(
    values: list[Any], words: Mapping[str, Any], meta: Meta, context: Context
) -> Schema:
    """The schema of values that are distinct and not null."""
    kinds: set[Any] = {type(value) for value in values}
    if kinds <= {str, int, bool}:
        kind = (
            {str: "string", int: "integer", bool: "boolean"}[kinds.pop()]
            if len(kinds) == 1
            else ""
        )
        names = _names_beside(words, "x-enum-varnames", "x-enumNames", "x-enum-names")
        names = names or _names_in(words, values)
        descriptions = _names_beside(words, "x-enum-descriptions", "x-enumDescriptions")
        listed = len(values)
        return s.Enumeration(
            meta,
            kind,
            tuple(values),
            names if len(names) == listed else (),
            descriptions if len(descriptions) == listed else (),
        )
    if kinds <= {int, float}:
        return s.Primitive(meta, "number")
    if len(kinds) == 1:
        return _fallback(values[0], meta, context)
    _report(meta, context)
    return s.Anything(meta)


def enumeration_of(variants: list[Schema], meta: Meta) -> Schema | None:
    """The enumeration that a union of constants is; None for any other union.

    A title of each constant is its name, as authors of 3.1 write enumerations with names.
    """
    listed = [v for v in variants if not s.is_null(v)]
    constants = [v for v in listed if isinstance(v, s.Constant)]
    values = [v.value for v in constants]
    kinds: set[Any] = {type(value) for value in values}
    is_one = len(kinds) == 1 and kinds <= {str, int}
    if not is_one or len(constants) != len(listed) or len({*values}) != len(values):
        return None
    titles = tuple(v.meta.title for v in constants)
    texts = tuple(v.meta.description for v in constants)
    place = Meta(place=meta.place)
    has_null = len(listed) < len(variants)
    schema = s.Enumeration(
        place if has_null else meta,
        "string" if kinds == {str} else "integer",
        tuple(values),
        titles if all(titles) else (),
        texts if any(texts) else (),
    )
    if not has_null:
        return schema
    return s.Union(meta, (schema, s.Primitive(place, "null")))


def _report(meta: Meta, context: Context) -> None:
    context.report.warning(
        "CP501",
        meta.place,
        "Python has no literals for such values; others of their kind are accepted too",
    )


def _names_beside(words: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    """The list at the first of these keys that has one."""
    for key in keys:
        names = words.get(key)
        if is_array(names):
            return tuple(str(item) for item in names)
    return ()


def _names_in(words: Mapping[str, Any], values: list[Any]) -> tuple[str, ...]:
    """The names that `x-ms-enum`, `x-speakeasy-enums` or `x-fern-enum` give to the values."""
    listed = words.get("x-ms-enum")
    rows = listed.get("values") if is_object(listed) else None
    named = {
        _as_text(row.get("value")): row.get("name")
        for row in (rows if is_array(rows) else ())
        if is_object(row)
    }
    for key in ("x-speakeasy-enums", "x-fern-enum"):
        told = words.get(key)
        if is_array(told) and len(told) == len(values):
            named = dict(zip(map(_as_text, values), told, strict=True))
        for value, name in told.items() if is_object(told) else ():
            named.setdefault(value, name.get("name") if is_object(name) else name)
    names = [named.get(_as_text(value)) for value in values]
    texts = [name for name in names if isinstance(name, str) and name]
    return tuple(texts) if len(texts) == len(values) else ()


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
