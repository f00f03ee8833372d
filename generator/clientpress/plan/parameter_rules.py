"""Parameters to arguments: their documentation, their defaults, and styles that do not say how a
value is sent.
"""

from __future__ import annotations

from clientpress.api import schemas as s
from clientpress.api.operations import Parameter
from clientpress.api.schemas import Schema
from clientpress.plan.typing_rules import TypeRules
from clientpress.plan.value_docs import value_doc
from clientpress.runtime.wire.styles import STYLES


def argument_doc(parameter: Parameter) -> str:
    """The documentation of a parameter, with the default that the server uses."""
    meta, deprecated = parameter.schema.meta, parameter.deprecated
    return " ".join(value_doc(meta, parameter.description, deprecated=deprecated))


def only_value(parameter: Parameter, rules: TypeRules) -> tuple[str | int | bool, ...]:
    """The only value that a required parameter may have, in a tuple; empty if there are others."""
    if not parameter.required or parameter.location == "path":
        return ()
    schema = rules.followed(parameter.schema)
    if isinstance(schema, s.Constant):
        return (schema.value,)
    if isinstance(schema, s.Enumeration) and len(schema.values) == 1:
        return (schema.values[0],)
    return ()


def undefined_style(parameter: Parameter, rules: TypeRules) -> str:
    """What the style of a parameter leaves open about its values, and how they are sent; empty if
    nothing is left open.
    """
    if parameter.media_type or parameter.location == "querystring":
        return ""
    schema, style = rules.followed(parameter.schema), parameter.style
    if style == "deepObject":
        if isinstance(schema, (s.Array, s.Tuple)) and not parameter.array_format:
            return "style 'deepObject' is for objects; the items go as name[0], name[1]"
        if isinstance(schema, (s.Primitive, s.Constant, s.Enumeration)):
            return "style 'deepObject' is for objects; the value goes as name=value"
        return ""
    if STYLES[style].is_delimited and parameter.explode:
        return f"style {style!r} does not explode; each item goes as name=item"
    if STYLES[style].is_delimited and isinstance(schema, (s.Primitive, s.Enumeration)):
        return (
            f"style {style!r} is for arrays and objects; the value goes as name=value"
        )
    if _nests(schema, rules, style in ("form", "cookie") and parameter.explode):
        return (
            f"style {style!r} does not say how arrays and objects inside of others are"
            " sent; they go as JSON"
        )
    return ""


def _nests(schema: Schema, rules: TypeRules, spreads: bool) -> bool:
    """Whether a value has arrays or objects inside of others: the style does not say how these are
    sent. The members of an object that spreads are separate parameters, so they may be arrays.
    """
    below: tuple[Schema, ...] = ()
    match schema:
        case s.Array():
            below = (schema.items,)
        case s.Mapping():
            below = (schema.values,)
        case s.Object():
            below = tuple(field.schema for field in schema.fields)
        case s.Union():
            kinds = [rules.followed(variant) for variant in schema.variants]
            return any(_nests(kind, rules, spreads) for kind in kinds)
        case _:
            pass
    arrays = s.Array if spreads and isinstance(schema, (s.Mapping, s.Object)) else ()
    for inner in map(rules.followed, below):
        if isinstance(inner, arrays):
            inner = rules.followed(inner.items)
        if isinstance(inner, (s.Array, s.Tuple, s.Mapping, s.Object)):
            return True
    return False
