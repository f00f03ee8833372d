# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Unions whose members msgspec cannot distinguish, and how they are distinguished here.

A union that msgspec accepts (members of different JSON kinds, models with one tag property) is not
changed. Every other one becomes a marker, `OneOf`, whose decision list is computed from the members
on first use; msgspec does the rest.

The members are tried in this order:

- for an object: by the tag property; by a constant member with a different value in every model; by
  a member that lists different values in every model, if the object has one of these; by a
  required member that no other model has; else the models whose required members are present and
  whose constants agree, sorted by most listed values, most known members, and fewest members that
  are unknown further below; then maps, unless the object has the constants of a model;
- for a string or integer: the literal or enumeration that lists it; types with a format
  (date-times, UUIDs, ...); the plain type or an enumeration that accepts unlisted values;
- for all other values: the members of its kind in the order of their declaration.

Members that cannot be distinguished are tried in the order of their declaration. A value that fits
no member becomes `Unknown` if the union has it; null never does.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import Any, ClassVar, Literal, NamedTuple, Union, get_args, get_origin

from msgspec import ValidationError

from .converting import Marker, converter, is_a
from .json_kinds import KIND_OF, kinds
from .marks import Discriminator, Unknown
from .shapes import Shape, plain, shape_of, type_in


class OneOf(Marker):
    """A union whose members are distinguished here."""

    members: ClassVar[tuple[Any, ...]]
    is_open: ClassVar[bool]
    tag: ClassVar[Discriminator | None]
    resolve: ClassVar[Callable[[str], Any]]

    @classmethod
    def __converter__(cls) -> Callable[[Any], Any]:
        return decision(cls).run

    @classmethod
    def __variants__(cls, tp: Any, raw: Any) -> list[Any]:
        return [variant.type for variant in decision(cls).rank(raw)]


# ------------------------------------------------------------------ the decision list
class Variant(NamedTuple):
    """A member that may be tried."""

    type: Any
    convert: Callable[[Any], Any]


Ranked = tuple[Variant, ...]


class _Scored(NamedTuple):
    """Members to try, best first; the first `alike` of them differ only further below."""

    ranked: Ranked
    alike: int


def _same(raw: Any) -> Any:
    return raw


def _variant(tp: Any) -> Variant:
    return Variant(tp, converter(tp))


class _Running(threading.local):
    """Results for values while a document is converted in this thread.

    Without it, members that only differ deep inside would be examined again at every level, and
    the time would double with each level.

    Attributes:
        failed: Why a value fits no member.
        left_out: How many members of a value a type does not know.
        below: The depth up to which these are counted.
    """

    depth = 0
    below = 0

    def __init__(self) -> None:
        self.failed: dict[tuple[int, int], str] = {}
        self.left_out: dict[tuple[Any, int], int] = {}


_running = _Running()
_SHAPES = 256
_FAR_BELOW = 8


_LISTED = frozenset({str, int})


def _try(ranked: Ranked, raw: Any) -> Any:
    error = ""
    for variant in ranked:
        try:
            return variant.convert(raw)
        except (ValueError, ValidationError) as e:
            error = error or str(e)
    raise ValueError(error)


class Decision:
    """How the members of one union are distinguished."""

    def __init__(self, marker: type[OneOf]) -> None:
        self.is_open = marker.is_open
        self._id = id(marker)
        objects = [shape for m in marker.members if (shape := shape_of(m)) is not None]
        others = [m for m in marker.members if shape_of(m) is None]
        self._by_class = {
            cls: _candidates(cls, others) for cls in KIND_OF if cls is not type(None)
        }
        self._values = _listed_values(others)
        self._objects = objects
        self._maps = self._by_class[dict]
        self._unions = [v.type for v in self._maps if is_a(v.type, OneOf)]
        self._tag, self._is_explicit = "", marker.tag is not None
        self._tags: dict[type, dict[Any, Ranked]] = {}
        if marker.tag is not None:
            self._tag = marker.tag.name
            for value, name in marker.tag.mapping.items():
                self._add_tag(value, marker.resolve(name))
        elif not self._maps:
            self._find_tag()
        self._hint, self._hints = self._find_hint()
        self._own = self._own_members() if not self._maps else []
        self._telling = self._find_telling()
        is_single = len(objects) == 1 and not self._unions
        self._single = objects[0] if is_single else None
        by_value = self._telling or self._unions or any(s.constants for s in objects)
        self._shapes: dict[tuple[str, ...], _Scored] | None = None if by_value else {}

    def _add_tag(self, value: Any, tp: Any) -> None:
        self._tags.setdefault(value.__class__, {})[value] = (_variant(tp),)

    def _find_tag(self) -> None:
        """Find a constant that every model has, with values that no two of them share."""
        shared = (
            set[str].intersection(*(set(s.constants) for s in self._objects))
            if self._objects
            else set[str]()
        )
        for name in sorted(shared):
            values = [
                (v.__class__, v) for s in self._objects for v in s.constants[name]
            ]
            if len(set(values)) == len(values):
                self._tag = name
                for shape in self._objects:
                    for value in shape.constants[name]:
                        self._add_tag(value, shape.type)
                return

    def _find_hint(self) -> tuple[str, dict[tuple[type, Any], Ranked]]:
        """A member that every model lists different values for, though it may have other values."""
        shared = [set(shape.listed) for shape in self._objects]
        for name in sorted(set[str].intersection(*shared)) if len(shared) > 1 else ():
            pairs = [(v, s.type) for s in self._objects for v in s.listed[name]]
            if len({value for value, _ in pairs}) == len(pairs):
                return name, {v: (_variant(tp), *self._maps) for v, tp in pairs}
        return "", {}

    def _find_telling(self) -> tuple[str, ...]:
        """The members for which the models list different values."""
        listed: dict[str, set[frozenset[Any]]] = {}
        for shape in self._objects:
            for name in shape.names:
                listed.setdefault(name, set()).add(shape.listed.get(name, frozenset()))
        return tuple(name for name, values in listed.items() if len(values) > 1)

    def _own_members(self) -> list[tuple[str, Ranked]]:
        """For each model a required member that no other one has; empty unless all have one."""
        members: list[tuple[str, Ranked]] = []
        for shape in self._objects:
            others = (other.names for other in self._objects if other is not shape)
            own = shape.required.difference(*others)
            if not own:
                return []
            members.append((min(own), (_variant(shape.type),)))
        return members

    def rank(self, raw: Any) -> Ranked:
        """The members to try, best first."""
        if raw.__class__ is not dict:
            ranked = self._by_class.get(raw.__class__, ())
            if raw.__class__ is list and len(ranked) > 1:
                return tuple(sorted(ranked, key=lambda v: _left_out(v.type, raw)))
            return ranked
        if self._tag:
            value = raw.get(self._tag)
            by_value = self._tags.get(
                value.__class__
            )  # no class of these is unhashable
            variants = by_value.get(value) if by_value is not None else None
            if variants is not None:
                return variants
            if self._tag in raw and (self._is_explicit or self.is_open):
                return ()
        if self._hint:
            value = raw.get(self._hint)
            if value.__class__ in _LISTED or value.__class__ is bool:
                variants = self._hints.get((value.__class__, value))
                if variants is not None:
                    return variants
        for name, ranked in self._own:
            if name in raw:
                return ranked
        if self._single is not None:
            return self._with_one_model(self._single, raw)
        scored = self._scored(raw)
        return _least_left_out(scored, raw) if scored.alike else scored.ranked

    def _with_one_model(self, shape: Shape, raw: dict[str, Any]) -> Ranked:
        """As `_score`, for a union with one model: most often, its object is that model."""
        certain = False
        for name, allowed in shape.constants.items():
            if name in raw:
                if not _is_one_of(raw[name], allowed):
                    return self._maps
                certain = True
        if not shape.required <= raw.keys():
            return self._maps
        variant = (_variant(shape.type),)
        if raw and shape.names.isdisjoint(raw):
            return (*self._maps, *variant)
        return variant if certain else (*variant, *self._maps)

    def _scored(self, raw: dict[str, Any]) -> _Scored:
        if self._shapes is None:
            return self._score(raw)
        names = tuple(raw)
        scored = self._shapes.get(names)
        if scored is None:
            scored = self._score(raw)
            if len(self._shapes) < _SHAPES:
                self._shapes[names] = scored
        return scored

    def _score(self, raw: dict[str, Any]) -> _Scored:
        present = raw.keys()
        shapes = [(shape.type, shape) for shape in self._objects]
        for union in self._unions:
            inner = decision(union).rank(raw)
            if inner and (shape := shape_of(inner[0].type)):
                shapes.append((union, shape))
        scored: list[tuple[int, int, int, Any, Shape]] = []
        for place, (tp, shape) in enumerate(shapes):
            constants = shape.constants
            odd = [
                k
                for k in constants.keys() & present
                if not _is_one_of(raw[k], constants[k])
            ]
            if not odd and shape.required <= present:
                known = len(shape.names & present)
                scored.append((-self._hits(shape, raw), -known, place, tp, shape))
        scored.sort(key=lambda s: s[:3])
        likely = [s for s in scored if s[1] or not raw]
        unlikely = [s for s in scored if not s[1] and raw]
        # Models that have additional members come first.
        unlikely.sort(key=lambda s: s[4].rest is None)
        equal = [s for s in likely if s[:2] == likely[0][:2]]
        # A model whose constants the object has is what it means to be, also with an odd member.
        is_certain = any(s[4].constants.keys() & present for s in likely)
        types = {s[3] for s in scored}
        maps = (v for v in self._maps if not is_certain and v.type not in types)
        ranked = (
            *(_variant(s[3]) for s in likely),
            *maps,
            *(_variant(s[3]) for s in unlikely),
        )
        is_alike = len(equal) > 1 and _differ(equal, present)
        return _Scored(ranked, len(equal) if is_alike else 0)

    def _hits(self, shape: Shape, raw: dict[str, Any]) -> int:
        """How many members have a value that the model lists, minus those that have another."""
        hits = 0
        for name in self._telling:
            listed = shape.listed.get(name)
            value = raw.get(name)
            if listed and name in raw and value.__class__ not in (dict, list):
                hits += 1 if (value.__class__, value) in listed else -1
        return hits

    def run(self, raw: Any) -> Any:
        """Convert a value.

        Raises:
            ValueError: It fits no member.
        """
        if self._values and raw.__class__ in _LISTED:
            listed = self._values.get((raw.__class__, raw), self)
            if listed is not self:
                return listed
        ranked = self.rank(raw)
        if len(ranked) == 1:
            return ranked[0].convert(raw)
        if ranked:
            if raw.__class__ is dict or raw.__class__ is list:
                return self._try_deep(ranked, raw)
            return _try(ranked, raw)
        if self.is_open and raw is not None:
            return Unknown(raw)
        raise ValueError(self.misfit(raw))

    def _try_deep(self, ranked: Ranked, raw: Any) -> Any:
        key = self._id, id(raw)
        if key in _running.failed:
            raise ValueError(_running.failed[key])
        _running.depth += 1
        try:
            return _try(ranked, raw)
        except ValueError as e:
            _running.failed[key] = str(e)
            raise
        finally:
            _running.depth -= 1
            if not _running.depth:
                _running.failed.clear()  # from here on the ids may be used again

    def misfit(self, raw: Any) -> str:
        """Why no member was tried."""
        if raw.__class__ is dict and self._tag and self._tag in raw:
            return f"Unknown value of {self._tag!r}: {raw[self._tag]!r}"
        return "Value matches no member of the union"


@cache
def decision(marker: type[OneOf]) -> Decision:
    """The decision list of a union."""
    return Decision(marker)


# ------------------------------------------------------------------ unknown members
def _differ(
    scored: Sequence[tuple[int, int, int, Any, Shape]], present: Iterable[str]
) -> bool:
    """Whether members that know the same names differ in the type of one of these."""
    shapes = [s[4] for s in scored]
    return any(
        len({id(shape.types.get(name, shape.rest)) for shape in shapes}) > 1
        for name in present
    )


def _least_left_out(scored: _Scored, raw: Any) -> Ranked:
    alike, rest = scored.ranked[: scored.alike], scored.ranked[scored.alike :]
    return (*sorted(alike, key=lambda v: _left_out(v.type, raw)), *rest)


def _left_out(tp: Any, raw: Any) -> int:
    """How many members of a value, down to a limited depth, a type does not know."""
    if raw.__class__ is not dict and raw.__class__ is not list:
        return 0
    key = tp, id(raw)
    count = _running.left_out.get(key)
    if count is not None or _running.below > _FAR_BELOW:
        return count or 0
    _running.below += 1
    try:
        count = _running.left_out[key] = _count_left_out(tp, raw)
    finally:
        _running.below -= 1
        if not _running.below:
            _running.left_out.clear()  # from here on the ids may be used again
    return count


def _count_left_out(tp: Any, raw: Any) -> int:
    tp = plain(tp)
    if is_a(tp, OneOf):
        ranked = decision(tp).rank(raw)
        return _left_out(ranked[0].type, raw) if ranked else 0
    if get_origin(tp) is Union:
        fitting = [m for m in get_args(tp) if KIND_OF[raw.__class__] in kinds(m)]
        return min((_left_out(m, raw) for m in fitting), default=0)
    if raw.__class__ is list:
        item = get_args(tp)[0] if get_origin(tp) is list else Any
        return sum(_left_out(item, value) for value in raw)
    shape = shape_of(tp)
    if shape is None:
        return sum(_left_out(type_in(tp, name), value) for name, value in raw.items())
    count = 0
    for name, value in raw.items():
        if name in shape.types:
            count += _left_out(shape.types[name], value)
        elif shape.rest is not None:
            count += _left_out(type_in(shape.rest, name), value)
        else:
            count += name not in shape.names
    return count


def _is_one_of(value: Any, allowed: Iterable[Any]) -> bool:
    for each in allowed:  # noqa: SIM110 - much faster than `any`
        if value.__class__ is each.__class__ and value == each:
            return True
    return False


def _is_enum(tp: Any) -> bool:
    return is_a(tp, enum.Enum)


def _listed_values(members: Sequence[Any]) -> dict[tuple[type, Any], Any]:
    """Strings and integers that literals and enumerations list."""
    listed: dict[tuple[type, Any], Any] = {}
    for tp in members:
        if get_origin(tp) is Literal:
            for value in get_args(tp):
                listed.setdefault((value.__class__, value), value)
        elif _is_enum(tp):
            for member in tp:
                listed.setdefault((member.value.__class__, member.value), member)
    return listed


def _candidates(cls: type, members: Sequence[Any]) -> Ranked:
    """The members that a raw value of one class may be, best first."""
    fitting = [m for m in members if KIND_OF[cls] in kinds(m)]
    if cls in fitting:  # values that an enumeration does not list are plain values
        fitting = [m for m in fitting if not _is_enum(m)]

    def order(tp: Any) -> int:
        if tp is cls:
            return 2 if cls is str else 0  # a date-time is a string, too
        if _is_enum(tp):
            return 0 if cls is int else 3
        return 1

    fitting.sort(key=order)
    return tuple(Variant(m, _same if m is cls else converter(m)) for m in fitting)
