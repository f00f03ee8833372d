# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""What distinguishes kinds of objects: their members, constants and listed values."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin

from msgspec import NODEFAULT, Struct, structs

from .annotations import LISTED
from .converting import Late, is_a
from .open_model import OpenModel, member_types, members_of

_MOST_LISTED = 64


class Shape(NamedTuple):
    """What distinguishes one kind of object from another. All names are wire names.

    Attributes:
        constants: Members that have only these values, or that are always sent with one of them.
        listed: Values of members that may get further values later; the constants too.
        types: The types of the declared members.
        rest: The type of the dict of other members; None if these are ignored.
    """

    type: Any
    constants: dict[str, tuple[Any, ...]]
    required: frozenset[str]
    names: frozenset[str]
    listed: dict[str, frozenset[tuple[type, Any]]]
    types: dict[str, Any]
    rest: Any


def plain(tp: Any) -> Any:
    """A type without `Annotated` and `Late` around it."""
    while get_origin(tp) is Annotated or is_a(tp, Late):
        tp = tp.target if is_a(tp, Late) else get_args(tp)[0]
    return tp


def type_in(tp: Any, name: str) -> Any:
    """The type of a member of a dict."""
    if hasattr(tp, "type_for"):  # by patterns of the names
        return tp.type_for(name)
    return get_args(tp)[1] if get_origin(tp) is dict else Any


@cache
def shape_of(tp: Any) -> Shape | None:
    """The shape of a prepared model; None for other types."""
    rest: Any = None
    if is_a(tp, OpenModel):
        members, extra = members_of(tp)
        types = member_types(tp)
        rest = types[extra] if extra else None
        wires = {name: member.wire for name, member in members.items()}
        required = {m.wire for m in members.values() if m.required}
        sent = {m.wire for m in members.values() if m.factory is not NODEFAULT}
    elif is_a(tp, Struct):
        infos = structs.fields(tp)
        types = {f.name: f.type for f in infos}
        wires = {f.name: f.encode_name for f in infos}
        required = {f.encode_name for f in infos if f.required}
        sent = {f.encode_name for f in infos if f.default_factory is not NODEFAULT}
    else:
        return None
    constants = {
        wire: get_args(types[name])
        for name, wire in wires.items()
        if get_origin(types[name]) is Literal
    }
    if is_a(tp, Struct) and tp.__struct_config__.tag_field is not None:
        constants[tp.__struct_config__.tag_field] = (tp.__struct_config__.tag,)
    listed = {wires[n]: values for n, values in _listed(tp, types) if n in wires}
    # A member that is always sent identifies the kind, though other values may be received.
    for wire in sent & listed.keys() - constants.keys():
        constants[wire] = tuple(value for _, value in listed[wire])
    for wire, values in constants.items():
        listed[wire] = frozenset((v.__class__, v) for v in values)
    names = frozenset({*wires.values(), *constants})
    by_wire = {wire: types[name] for name, wire in wires.items()}
    return Shape(
        type=tp,
        constants=constants,
        required=frozenset(required),
        names=names,
        listed=listed,
        types=by_wire,
        rest=rest,
    )


def _listed(
    tp: Any, types: Mapping[str, Any]
) -> Iterator[tuple[str, frozenset[tuple[type, Any]]]]:
    for name, hint in types.items():
        members = get_args(hint) if get_origin(hint) is Union else (hint,)
        enums = [m for m in members if is_a(m, enum.Enum)]
        if enums and len(enums[0]) <= _MOST_LISTED:
            values = [member.value for member in enums[0]]
            yield name, frozenset((v.__class__, v) for v in values)
    for base in tp.__mro__:
        for name, text in LISTED.get(base, {}).items():
            literals = frozenset((v.__class__, v) for v in _literals(text))
            if literals:
                yield name, literals


def _literals(text: str) -> list[Any]:
    """The values of the literals at the top of an annotation."""
    import ast

    todo: list[ast.expr] = [ast.parse(text, mode="eval").body]
    values: list[Any] = []
    while todo:
        node = todo.pop()
        if isinstance(node, ast.BinOp):
            todo += [node.left, node.right]
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name):
            inside = node.slice
            args = inside.elts if isinstance(inside, ast.Tuple) else [inside]
            if node.value.id == "Union":
                todo += args
            elif node.value.id == "Literal":
                values += [ast.literal_eval(arg) for arg in args]
    return values
