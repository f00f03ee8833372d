"""Schemas to classes, enumerations and aliases."""

from __future__ import annotations

from collections.abc import Mapping

from clientpress.api import schemas as s
from clientpress.api.operations import Api
from clientpress.api.schemas import Schema, core
from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import (
    RESERVED_MEMBERS,
    constant_name,
    member_name,
    spelled,
)
from clientpress.plan.schema_names import choose_names, named_schemas, nullable
from clientpress.plan.types import (
    Alias,
    Default,
    Definition,
    EnumClass,
    EnumMember,
    Member,
    ModelClass,
)
from clientpress.plan.typing_rules import MAX_MEMBERS, TypeRules, is_listable, literals
from clientpress.plan.value_docs import value_doc


def plan_models(
    api: Api,
    operation_names: Mapping[Place, tuple[str, ...]],
    previous: Mapping[Place, str],
) -> tuple[dict[str, Definition], dict[Place, str], TypeRules]:
    """Every definition by its name, the names by place, and the rules that name types in the rest
    of the plan.

    Args:
        operation_names: The place of each operation → its names in words, the best first.
        previous: Names of an earlier run, by place.
    """
    named = named_schemas(api)
    names = choose_names(api, named, operation_names, previous)
    planner = _Planner(api, named, names)
    return planner.definitions(), names, planner.rules


class _Planner:
    def __init__(
        self,
        api: Api,
        named: Mapping[Place, Schema],
        names: Mapping[Place, str],
    ) -> None:
        self._named, self._names = named, names
        self._schemas = {**named, **api.schemas}
        self._families = self._find_families()
        self._unions = self._name_unions()
        self.rules = TypeRules(self._schemas, names, self._families, self._unions)
        self._bases = dict[Place, Place]()
        self._members = dict[Place, dict[str, str]]()

    def definitions(self) -> dict[str, Definition]:
        """Every definition, by its name."""
        for place in self._named:
            self._find_base(place)
        definitions = dict[str, Definition]()
        for place in self._named:
            name = self._names[place]
            definitions[name] = self._define(place)
            if place in self._families:
                doc, union = f"{name} or any of its kinds.", self._unions[place]
                kinds = self.rules.polymorphic(place)
                definitions[union] = Alias(place, union, doc, kinds)
        return definitions

    def _find_families(self) -> dict[Place, tuple[Place, ...]]:
        """Bases with a discriminator of their own, and every schema below them."""
        below = dict[Place, list[Place]]()
        for place, schema in self._schemas.items():
            inner = core(schema)
            for parent in (
                inner.parents
                if isinstance(inner, s.Object) and place in self._names
                else ()
            ):
                below.setdefault(parent, []).append(place)
        families = dict[Place, tuple[Place, ...]]()
        for place, schema in self._schemas.items():
            inner = core(schema)
            if (
                not isinstance(inner, s.Object)
                or inner.tag is None
                or place not in self._names
            ):
                continue
            family, todo = dict[Place, None](), list(below.get(place, ()))
            while todo:
                child = todo.pop(0)
                if child not in family and child != place:
                    family[child] = None
                    todo += below.get(child, [])
            # Kinds that only the discriminator names count as well.
            family |= dict.fromkeys(
                target
                for _, target in inner.tag.mapping
                if target != place and self._is_class(target)
            )
            if family:
                families[place] = tuple(family)
        return families

    def _is_class(self, place: Place) -> bool:
        inner = core(self._schemas[place]) if place in self._schemas else None
        return isinstance(inner, s.Object) and place in self._names

    def _name_unions(self) -> dict[Place, str]:
        """Base place → the name of the union of its family: `AnyPet`, unless a schema is called
        that.
        """
        wishes = [
            Wish(base, (f"Any{self._names[base]}",), 1, False, base.pointer)
            for base in self._families
        ]
        return settle(wishes, {}, self._names.values())

    def _find_base(self, place: Place) -> None:
        """Inherit from the one schema that an allOf takes in, when nothing of it is said anew."""
        schema = core(self._named[place])
        if (
            not isinstance(schema, s.Object)
            or len(schema.parents) != 1
            or _is_open(schema)
        ):
            return
        parent = schema.parents[0]
        inner = core(self._schemas[parent])
        while isinstance(inner, s.Reference):
            parent, inner = inner.target, core(self._schemas[inner.target])
        if (
            parent not in self._names
            or not isinstance(inner, s.Object)
            or _is_open(inner)
            or parent == place
        ):
            return
        own = {field.wire: field for field in schema.fields}
        if all(own.get(field.wire) == field for field in inner.fields) and inner.fields:
            self._bases[place] = parent

    def _define(self, place: Place) -> Definition:
        schema = core(self._named[place])
        name, doc = self._names[place], _doc(self._named[place])
        if isinstance(schema, s.Object):
            base = self._bases.get(place)
            inherited = {f.wire for f in self._fields(base)} if base else set[str]()
            names = self._member_names(place)
            fields = [field for field in schema.fields if field.wire not in inherited]
            return ModelClass(
                place=place,
                name=name,
                doc=doc,
                members=tuple(
                    self._member(field, names[field.wire]) for field in fields
                ),
                base=self._names[base] if base else "",
                extra=self.rules.members(schema.extra) if schema.extra else None,
                is_open=_is_open(schema),
            )
        if isinstance(schema, s.Enumeration) and schema.type in ("string", "integer"):
            if len(schema.values) <= MAX_MEMBERS and is_listable(schema.values):
                return EnumClass(
                    place=place,
                    name=name,
                    doc=doc,
                    type=schema.type,
                    members=_enum_members(schema),
                )
            kind = a.STR if schema.type == "string" else a.INT
            return Alias(place, name, doc, kind)
        if isinstance(schema, s.Enumeration):
            return Alias(place, name, doc, literals(schema))
        return Alias(place, name, doc, self.rules.definition(self._named[place]))

    def _fields(self, place: Place) -> tuple[s.Field, ...]:
        schema = core(self._schemas[place])
        return schema.fields if isinstance(schema, s.Object) else ()

    def _member_names(self, place: Place) -> dict[str, str]:
        """Wire name → Python name; a class keeps the names it inherits."""
        if place not in self._members:
            base = self._bases.get(place)
            self._members[place] = member_names(
                self._fields(place), self._member_names(base) if base else {}
            )
        return self._members[place]

    def _member(self, field: s.Field, name: str) -> Member:
        annotation = self.rules.annotation(field.schema)
        inner = field.schema
        doc = _member_doc(inner)
        constant = self.rules.followed(inner)
        is_null = nullable(inner, self._schemas)
        if field.fixed:
            return Member(
                name=name,
                wire=field.wire,
                annotation=annotation,
                default=Default.REQUIRED,
                doc=doc,
                constant=field.fixed,
            )
        if field.required and isinstance(constant, s.Constant) and not is_null:
            return Member(
                name=name,
                wire=field.wire,
                annotation=annotation,
                default=Default.REQUIRED,
                doc=doc,
                constant=(constant.value,),
            )
        if field.required and inner.meta.access is s.Access.BOTH:
            return Member(
                name=name,
                wire=field.wire,
                annotation=annotation,
                default=Default.REQUIRED,
                doc=doc,
            )
        if is_null or a.allows_none(annotation):
            kind, default = a.union(annotation, a.NONE, a.UNSET_TYPE), Default.UNSET
        else:
            kind, default = a.union(annotation, a.NONE), Default.NONE
        return Member(
            name=name, wire=field.wire, annotation=kind, default=default, doc=doc
        )


def member_names(
    fields: tuple[s.Field, ...], inherited: Mapping[str, str]
) -> dict[str, str]:
    """A distinct attribute for each member of an object; those of its base class keep theirs."""
    wishes = list[Wish[str]]()
    for field in fields:
        if field.wire in inherited:
            continue
        wanted = field.schema.meta.name or field.wire
        name = member_name(wanted)
        pinned = bool(field.schema.meta.name)
        # A wire name that is the attribute exactly goes first; `_id` beside `id` becomes `id_`.
        candidates = (name, *spelled(field.wire, name))
        candidates += () if name.endswith("_") else (f"{name}_",)
        wishes.append(
            Wish(
                field.wire,
                candidates,
                0 if pinned else 1,
                name == field.wire,
                field.wire,
            )
        )
    taken = RESERVED_MEMBERS.union(inherited.values())
    return {**inherited, **settle(wishes, {}, taken)}


def _is_open(schema: s.Object) -> bool:
    """Whether a class has to be an `OpenModel`: typed extras, or wire names that msgspec
    refuses.
    """
    return schema.extra is not None or any(
        not f.wire or any(not c.isprintable() or c in '"\\' for c in f.wire)
        for f in schema.fields
    )


def _enum_members(schema: s.Enumeration) -> tuple[EnumMember, ...]:
    wishes = list[Wish[int]]()
    for i, value in enumerate(schema.values):
        wanted = schema.names[i] if schema.names else str(value)
        name = constant_name(wanted)
        wishes.append(
            Wish(i, (name,), 1, name == wanted, f"{type(value).__name__}:{value}")
        )
    names = settle(wishes, {})
    docs = schema.descriptions or ("",) * len(schema.values)
    return tuple(
        EnumMember(names[i], value, docs[i]) for i, value in enumerate(schema.values)
    )


def _doc(schema: Schema) -> str:
    return schema.meta.description or core(schema).meta.description or schema.meta.title


def _member_doc(schema: Schema) -> str:
    meta = schema.meta
    parts = value_doc(meta)
    if meta.access is s.Access.READ:
        parts.append("Only in answers.")
    elif meta.access is s.Access.WRITE:
        parts.append("Only in requests.")
    return "\n\n".join(parts)
