"""Several schemas that hold together, as one (JSON Schema 2020-12 core, section 10.2.1.1).

None of the schemas is a union or a composition. The keywords of each schema hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile
from typing import Protocol

from clientpress.api import schemas as s
from clientpress.api.schemas import Meta, Schema
from clientpress.diagnostics import Place
from clientpress.parse.relations import (
    is_untyped,
    kinds,
    may_agree,
    narrower,
    same_shape,
)

_OBJECTS = (s.Object, s.Mapping)


class Join(Protocol):
    """What merging needs for the schemas inside of objects and arrays."""

    def both(self, parts: Sequence[Schema], meta: Meta) -> Schema:
        """One schema for the values that are valid for all parts."""
        ...

    def whole(self, schema: Schema) -> Schema:
        """The schema without compositions."""
        ...

    def contradiction(self, left: Schema, right: Schema) -> None:
        """Report that two schemas exclude each other."""
        ...


def merged(atoms: Sequence[Schema], meta: Meta, join: Join) -> Schema:
    """One schema for the values that are valid for all of some schemas.

    A contradiction is reported; then the last schema counts.

    Args:
        atoms: The schemas.
        meta: The meta of the result.
        join: Merges schemas inside of these.
    """
    group = list[Schema]()
    for atom in atoms:
        if isinstance(atom, s.Nothing):
            return s.Nothing(meta)
        if not group or _are_alike(group[-1], atom):
            scalars = () if isinstance(atom, _OBJECTS) else group
            misfit = next((x for x in scalars if not may_agree(x, atom)), None)
            if misfit is not None:
                join.contradiction(misfit, atom)
                group = []
            group.append(atom)
        elif is_untyped(atom):
            continue  # it constrains values of a type that the others do not allow
        elif all(map(is_untyped, group)):
            group = [atom]
        else:
            join.contradiction(group[-1], atom)
            group = [atom]
    if len(group) == 1:
        return replace(join.whole(group[0]), meta=meta)
    if isinstance(group[0], _OBJECTS):
        return _objects(group, meta, join)
    lists = [x for x in group if isinstance(x, (s.Array, s.Tuple))]
    if lists:
        return _arrays(lists, meta, join)
    return replace(_narrowest(group, meta), meta=meta)


def _are_alike(left: Schema, right: Schema) -> bool:
    """Whether two schemas are both for objects, both for arrays, or both for scalars."""
    if isinstance(left, _OBJECTS):
        return isinstance(right, _OBJECTS)
    if isinstance(left, (s.Array, s.Tuple)):
        return isinstance(right, (s.Array, s.Tuple))
    return not isinstance(right, (*_OBJECTS, s.Array, s.Tuple))


# ------------------------------------------------------------------ objects
def _objects(group: Sequence[Schema], meta: Meta, join: Join) -> Schema:
    """An object with the members of all; a member that several declare must be valid for each."""
    declared = dict[str, list[s.Field]]()
    extras = list[Schema]()
    tag: s.Tag | None = None
    for part in group:
        extra = _extra(part)
        extras += [extra] if extra else []
        if isinstance(part, s.Object):
            tag = tag or part.tag
            for field in part.fields:
                declared.setdefault(field.wire, []).append(field)
    extra = _extras(extras, meta, join)
    untyped = all(map(is_untyped, group))
    fields = tuple(_field(same, meta, join) for same in declared.values())
    if not fields:  # also where there is a discriminator beside nothing
        values = extra or s.Anything(Meta(place=meta.place))
        return s.Mapping(meta, values, untyped, stated=extra is not None)
    return s.Object(meta, fields, extra, tag=tag, untyped=untyped)


def _extra(part: Schema) -> Schema | None:
    """The schema of undeclared members of a part; `type: object` alone has none."""
    if isinstance(part, s.Object):
        return part.extra
    assert isinstance(part, s.Mapping)
    is_any = isinstance(part.values, s.Anything)
    return None if is_any and not part.stated else part.values


def _extras(extras: list[Schema], meta: Meta, join: Join) -> Schema | None:
    """The schema of undeclared members of all parts."""
    place = meta.place.child("additionalProperties")
    by_name, plain = list[s.ByName](), list[Schema]()
    for extra in extras:
        if isinstance(extra, s.ByName):
            by_name.append(extra)
            plain += [extra.rest] if extra.rest else []
        else:
            plain.append(extra)
    closed = any(names.rest is None for names in by_name)
    rest = None if closed or not plain else member(plain, Meta(place=place), join)
    if not by_name:
        return rest
    # For a name that matches several patterns, the first pattern counts.
    patterns = [
        (pattern, join.whole(below))
        for names in by_name
        for pattern, below in names.patterns
    ]
    return s.ByName(meta, tuple(patterns), rest)


def _field(same: list[s.Field], meta: Meta, join: Join) -> s.Field:
    """A member that several parts declare."""
    first, required = same[0], any(field.required for field in same)
    place = meta.place.child("properties", first.wire)
    plain = [field for field in same if not field.conditional]
    if plain:
        schema = member([field.schema for field in plain], Meta(place=place), join)
        return s.Field(first.wire, schema, required)
    shapes = list[Schema]()
    for field in same:
        if not any(same_shape(field.schema, shape) for shape in shapes):
            shapes.append(field.schema)
    variants = tuple(map(join.whole, shapes))
    if len(variants) == 1:
        return replace(first, schema=variants[0])
    return replace(first, schema=s.Union(Meta(place=place), variants))


def member(declared: Sequence[Schema], outer: Meta, join: Join) -> Schema:
    """The schema of a member that several parts declare.

    Where only one of them constrains anything, the member has the schema of that part.
    """
    parts, targets = list[Schema](), set[Place]()
    for part in declared:
        if isinstance(part, s.Reference):
            parts += [part] if part.target not in targets else []
            targets.add(part.target)
        elif not isinstance(part, s.Anything):
            parts += [part] if not any(same_shape(part, x) for x in parts) else []
    access = next(
        (x.meta.access for x in declared if x.meta.access is not s.Access.BOTH),
        s.Access.BOTH,
    )
    if len(parts) > 1:
        last = parts[-1].meta
        words = next((x.meta for x in reversed(parts) if x.meta.description), last)
        meta = replace(last, place=outer.place, description=words.description)
        return join.both(parts, replace(meta, access=access))
    only = join.whole(parts[0] if parts else declared[0])
    if access is only.meta.access:
        return only
    return replace(only, meta=replace(only.meta, access=access))


# ------------------------------------------------------------------ lists and scalars
def _arrays(group: Sequence[s.Array | s.Tuple], meta: Meta, join: Join) -> Schema:
    """An array whose items are valid for all of some arrays."""

    def items(at: int | None) -> Schema | None:
        each = [_item(x, at) for x in group]
        known = [x for x in each if x is not None]
        below = meta.place.child("items", *([] if at is None else [at]))
        return (
            member(known, Meta(place=below), join) if len(known) == len(each) else None
        )

    tuples = [x for x in group if isinstance(x, s.Tuple)]
    if not tuples:
        inferred = all(is_untyped(x) for x in group)
        return s.Array(
            meta, items(None) or s.Anything(Meta(place=meta.place)), inferred
        )
    firsts = map(items, range(max(len(x.items) for x in tuples)))
    known = tuple(takewhile(lambda item: item is not None, firsts))
    return s.Tuple(
        meta,
        tuple(item for item in known if item),
        items(None),
        any(x.exact for x in tuples),
    )


def _item(listed: s.Array | s.Tuple, at: int | None) -> Schema | None:
    """The schema of the item at an index; for None, the schema of the items after the first ones."""
    if isinstance(listed, s.Array):
        return listed.items
    return (
        listed.items[at] if at is not None and at < len(listed.items) else listed.rest
    )


def _narrowest(group: Sequence[Schema], meta: Meta) -> Schema:
    """The narrowest of some scalars."""
    narrowest = group[0]
    for other in group[1:]:
        narrowest = _narrower(narrowest, other, meta)
    return narrowest


def _narrower(left: Schema, right: Schema, meta: Meta) -> Schema:
    """The narrower one of two scalars."""
    if narrower(right, left):
        return right
    if narrower(left, right):
        return left
    for listed, other in ((left, right), (right, left)):
        if isinstance(listed, s.Enumeration):
            chosen = [
                i
                for i, value in enumerate(listed.values)
                if may_agree(s.Constant(meta, value), other)
            ]
            return s.Enumeration(
                meta,
                listed.type,
                tuple(listed.values[i] for i in chosen),
                tuple(listed.names[i] for i in chosen if listed.names),
                tuple(listed.descriptions[i] for i in chosen if listed.descriptions),
            )
    for listed, other in ((left, right), (right, left)):
        if isinstance(listed, s.Constant) or "integer" in kinds(listed) - kinds(other):
            return listed
    return right
