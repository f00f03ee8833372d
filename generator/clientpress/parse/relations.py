"""Relations between schemas: the parts of a composition, the parts that others imply, and schemas that exclude
each other (JSON Schema 2020-12 core, section 10.2.1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from clientpress.api import schemas as s
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place

Key: TypeAlias = Place | int | tuple[Any, ...]
"""Identifies a schema: by its place, where it has one that references lead to; a scalar by its value; any
other schema by its `id`.
"""
Atoms: TypeAlias = dict[Key, Schema]
"""Schemas that hold together, without `AllOf`s and references, in the order of the document."""

# How many members and unions deep two schemas are compared.
_DEPTH = 5
_NUMBERS = frozenset({"integer", "number"})


class Relations:
    """The relations between the schemas of a document, before anything is merged.

    Args:
        schemas: Place → schema, where no `AllOf` is a part of itself.
    """

    def __init__(self, schemas: dict[Place, Schema]) -> None:
        self._schemas = schemas
        self._at = dict[Place, Atoms]()
        self._implied = dict[tuple[int, int], bool]()
        self._disjoint = dict[tuple[int, int, int], bool]()

    # ---------------------------------------------------------------- parts
    def end(self, place: Place) -> Place:
        """The place at the end of a chain of references."""
        schema = self._schemas[place]
        while isinstance(schema, s.Reference):
            place = schema.target
            schema = self._schemas[place]
        return place

    def at(self, place: Place) -> Atoms:
        """The schemas that hold at a place, without those that the others imply."""
        if place not in self._at:
            self._at[place] = self.needed(self.atoms(self._schemas[place], at=place))
        return self._at[place]

    def keys(self, place: Place) -> frozenset[Key]:
        """The set that identifies the schema at a place."""
        return frozenset(self.at(place))

    def atoms(self, *parts: Schema, at: Place | None = None) -> Atoms:
        """The schemas that some parts consist of, without `AllOf`s and references.

        Args:
            parts: The parts.
            at: The place of the part, if it is a whole definition.
        """
        result: Atoms = {}
        seen = set[Place]()
        todo: list[tuple[Schema, Place | None]] = [(p, at) for p in reversed(parts)]
        while todo:
            schema, place = todo.pop()
            if isinstance(schema, s.Reference):
                target = self.end(schema.target)
                if target not in seen:
                    seen.add(target)
                    todo.append((self._schemas[target], target))
            elif isinstance(schema, s.AllOf):
                todo += ((part, None) for part in reversed(schema.parts))
            elif not isinstance(schema, s.Anything):
                result.setdefault(_key(schema, place), schema)
        return result

    # ---------------------------------------------------------------- which schemas others imply
    def needed(self, atoms: Atoms, taken: Iterable[Key] = ()) -> Atoms:
        """The schemas without those that the others imply.

        Args:
            atoms: The schemas.
            taken: Unions of which a variant is among the schemas already.
        """
        if len(atoms) < 2:
            return atoms
        left = dict(atoms)
        for key, atom in atoms.items():
            if isinstance(atom, s.Union):
                continue
            if any(k != key and self._is_implied(v, atom) for k, v in left.items()):
                del left[key]
        for key, atom in atoms.items():
            if not isinstance(atom, s.Union):
                continue
            rest = {k: v for k, v in left.items() if k != key}
            present = rest.keys() | set(taken) | {key}
            if rest and any(
                self._holds_anyway(variant, present, rest, key)
                for variant in atom.variants
            ):
                del left[key]
        return left

    def _holds_anyway(
        self, variant: Schema, present: set[Key], rest: Atoms, union: Key
    ) -> bool:
        """Whether a variant of a union holds anyway, so that the union adds nothing (law of absorption)."""
        below = self.atoms(variant)
        if below.keys() == {union}:
            return False
        return all(
            key in present or any(self._is_implied(x, atom) for x in rest.values())
            for key, atom in below.items()
        )

    def _is_implied(self, left: Schema, right: Schema) -> bool:
        """As `_implies`; results are kept."""
        key = id(left), id(right)
        if key not in self._implied:
            self._implied[key] = self._implies(left, right)
        return self._implied[key]

    def _implies(self, left: Schema, right: Schema, depth: int = _DEPTH) -> bool:
        """Whether each value of the left schema is valid for the right one, as far as `_DEPTH` levels tell."""
        if depth == 0 or (is_untyped(left) and not is_untyped(right)):
            return False
        match right:
            case s.Mapping(values=s.Anything()):
                return (
                    (isinstance(left, (s.Object, s.Mapping)) and not right.stated)
                    or (isinstance(left, s.Mapping) and left.stated)
                    or (isinstance(left, s.Object) and left.extra is not None)
                )
            case s.Mapping():
                return isinstance(left, s.Mapping) and self._covers(
                    left.values, right.values, depth
                )
            case s.Object():
                return isinstance(left, s.Object) and self._has_all(left, right, depth)
            case s.Array(items=s.Anything()):
                return isinstance(left, (s.Array, s.Tuple))
            case s.Array():
                return isinstance(left, s.Array) and self._covers(
                    left.items, right.items, depth
                )
            case s.Primitive() | s.Enumeration() | s.Constant():
                return narrower(left, right)
            case _:
                return left == right

    def _has_all(self, left: s.Object, right: s.Object, depth: int) -> bool:
        """Whether the left object has all members of the right one, with schemas that imply theirs."""
        if right.extra or right.tag:
            return False
        known = {field.wire: field for field in left.fields}
        return all(
            field.wire in known
            and (known[field.wire].required or not field.required)
            and field.conditional == known[field.wire].conditional
            and field.schema.meta.access
            in (s.Access.BOTH, known[field.wire].schema.meta.access)
            and self._covers(known[field.wire].schema, field.schema, depth)
            for field in right.fields
        )

    def _covers(self, left: Schema, right: Schema, depth: int) -> bool:
        """Whether a member that is valid for the left schema is valid for the right one."""
        if isinstance(right, s.Anything) or same_shape(left, right):
            return True
        below, above = self.atoms(left), self.atoms(right)
        return bool(above) and all(
            key in below
            or any(
                not isinstance(other, (s.Object, s.Union))
                and self._implies(other, atom, depth - 1)
                for other in below.values()
            )
            for key, atom in above.items()
        )

    # ---------------------------------------------------------------- which schemas exclude each other
    def is_impossible(self, schema: Schema, others: Sequence[Schema]) -> bool:
        """Whether a schema excludes one of the others."""
        return any(self.are_disjoint(schema, other) for other in others)

    def are_disjoint(self, left: Schema, right: Schema, depth: int = _DEPTH) -> bool:
        """Whether no value is valid for both. Deeper than `depth` levels, the answer is False."""
        if depth == 0:
            return False
        key = id(left), id(right), depth
        if key not in self._disjoint:
            self._disjoint[key] = self._find_disjoint(left, right, depth)
        return self._disjoint[key]

    def _find_disjoint(self, left: Schema, right: Schema, depth: int) -> bool:
        """As `are_disjoint`; not kept."""
        for one, other in ((left, right), (right, left)):
            match one:
                case s.Reference():
                    below = self._schemas[self.end(one.target)]
                    return below is not other and self.are_disjoint(below, other, depth)
                case s.AllOf():
                    return any(self.are_disjoint(p, other, depth) for p in one.parts)
                case s.Union():
                    return all(
                        self.are_disjoint(v, other, depth - 1) for v in one.variants
                    )
                case _:
                    pass
        if isinstance(left, s.Nothing) or isinstance(right, s.Nothing):
            return True
        if not may_agree(left, right):
            return True
        if isinstance(left, s.Object) and isinstance(right, s.Object):
            return self._differ(left, right, depth)
        return False

    def _differ(self, left: s.Object, right: s.Object, depth: int) -> bool:
        """Whether a member that both objects have cannot have a value that is valid for both."""
        known = {field.wire: field for field in left.fields}
        for field in right.fields:
            other = known.get(field.wire)
            if other is None or field.conditional or other.conditional:
                continue
            # Two constants differ, whether the member is required or not.
            are_constants = _is_single(field.schema) and _is_single(other.schema)
            needed = field.required or other.required or are_constants
            if needed and self.are_disjoint(field.schema, other.schema, depth - 1):
                return True
        return False


def _is_single(schema: Schema) -> bool:
    """Whether a schema lists exactly one value."""
    return isinstance(schema, s.Constant) or (
        isinstance(schema, s.Enumeration) and len(schema.values) == 1
    )


def _key(schema: Schema, place: Place | None) -> Key:
    """The key of a schema that is not a composition."""
    if place is not None and not s.is_null(schema):
        return place
    match schema:
        case s.Primitive():
            return (schema.type, schema.format, schema.media_type)
        case s.Constant():
            return ("const", _kind_of(schema.value), schema.value)
        case _:
            return id(schema)


# ------------------------------------------------------------------ single schemas
def kinds(schema: Schema) -> frozenset[str]:
    """The JSON types of the values of a schema that is not a composition; empty where it allows all."""
    match schema:
        case s.Primitive(format="int64-or-string"):
            return frozenset({"integer", "string"})
        case s.Primitive():
            return frozenset({schema.type})
        case s.Constant():
            return frozenset({_kind_of(schema.value)})
        case s.Enumeration():
            return frozenset(map(_kind_of, schema.values))
        case s.Array() | s.Tuple():
            return frozenset({"array"})
        case s.Object() | s.Mapping():
            return frozenset({"object"})
        case _:
            return frozenset()


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "integer" if isinstance(value, int) else "string"


def is_untyped(schema: Schema) -> bool:
    """Whether a schema constrains values of one type, and allows any value of another type."""
    if isinstance(schema, s.Array):
        return schema.inferred
    return isinstance(schema, (s.Object, s.Mapping)) and schema.untyped


def may_agree(left: Schema, right: Schema) -> bool:
    """Whether two schemas that are not compositions may have a common value, by types and listed values."""
    if is_untyped(left) or is_untyped(right):
        return True
    first, second = kinds(left), kinds(right)
    if not first or not second:
        return True
    if not first & second and not (first & _NUMBERS and second & _NUMBERS):
        return False
    listed, others = _listed(left), _listed(right)
    if listed is None or others is None:
        return True
    return any(is_same_value(a, b) for a in listed for b in others)


def _listed(schema: Schema) -> tuple[Any, ...] | None:
    if isinstance(schema, s.Constant):
        return (schema.value,)
    return schema.values if isinstance(schema, s.Enumeration) else None


def is_same_value(left: Any, right: Any) -> bool:
    """Whether two scalars are the same JSON value."""
    return type(left) is type(right) and bool(left == right)


def narrower(left: Schema, right: Schema) -> bool:
    """Whether every value of the left schema is valid for the right one, which is a scalar."""
    listed = _listed(left)
    match right:
        case s.Primitive():
            if isinstance(left, s.Primitive):
                if left.type == "integer" and right.type == "number":
                    return not left.format or not right.format
                return left.type == right.type and right.format in ("", left.format)
            return (
                listed is not None
                and not right.format
                and all(
                    kind == right.type or (kind == "integer" and right.type == "number")
                    for kind in kinds(left)
                )
            )
        case s.Constant() | s.Enumeration():
            allowed = _listed(right) or ()
            return listed is not None and all(
                any(is_same_value(value, other) for other in allowed)
                for value in listed
            )
        case _:
            return False


def same_shape(left: Schema, right: Schema) -> bool:
    """Whether two schemas have the same constraints, whatever their descriptions are."""
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    match left, right:
        case s.Primitive(), s.Primitive():
            return left.type == right.type and left.format == right.format
        case s.Reference(), s.Reference():
            return left.target == right.target
        case s.Enumeration(), s.Enumeration():
            return left.values == right.values
        case s.Constant(), s.Constant():
            return is_same_value(left.value, right.value)
        case s.Array(), s.Array():
            return same_shape(left.items, right.items)
        case s.Mapping(), s.Mapping():
            return same_shape(left.values, right.values)
        case s.Anything(), s.Anything():
            return True
        case s.Union(), s.Union():
            return len(left.variants) == len(right.variants) and all(
                map(same_shape, left.variants, right.variants)
            )
        case _:
            return left == right
