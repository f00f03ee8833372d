# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""Models with typed additional properties, or with wire names that msgspec refuses."""

from __future__ import annotations

from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    NamedTuple,
    cast,
    dataclass_transform,
    get_origin,
)

import msgspec
from msgspec import NODEFAULT, UNSET, field, structs

from .converting import Converter, converter
from .issues import Issue, below
from .repair import MISSING, repair


class _Extras:
    """Marks the member that holds the additional properties."""


_EXTRAS = _Extras()


def extras() -> dict[str, Any]:
    """The member of an `OpenModel` that holds its additional properties."""
    return cast("dict[str, Any]", _EXTRAS)


class Declared(NamedTuple):
    """One declared member of an `OpenModel`; `NODEFAULT` for a default or factory it does not have."""

    wire: str
    default: Any
    factory: Any

    @property
    def required(self) -> bool:
        """Whether the constructor requires it."""
        return self.default is NODEFAULT and self.factory is NODEFAULT


class Members(NamedTuple):
    """Members of an `OpenModel` by Python name, and the name of its extras ("" if it has none)."""

    members: dict[str, Declared]
    extras: str


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class OpenModel:
    """Base of the models with typed additional properties, or with wire names msgspec refuses."""

    __is_model__ = True
    __kinds__: ClassVar[frozenset[str]] = frozenset({"object"})

    if not TYPE_CHECKING:  # checkers derive these from the annotations

        def __init__(self, **values: Any) -> None:
            members, extra = members_of(type(self))
            for name, member in members.items():
                if name in values:
                    setattr(self, name, values.pop(name))
                elif member.factory is not NODEFAULT:
                    setattr(self, name, member.factory())
                elif member.default is not NODEFAULT:
                    setattr(self, name, member.default)
                else:
                    raise TypeError(f"Missing required argument {name!r}")
            if extra:
                setattr(self, extra, values.pop(extra) if extra in values else {})
            if values:
                raise TypeError(f"Unexpected keyword argument {next(iter(values))!r}")

        def __eq__(self, other: object) -> bool:
            return type(self) is type(other) and vars(self) == vars(other)

        def __repr__(self) -> str:
            members, _ = members_of(type(self))
            texts = (
                f"{name}={value!r}"
                for name, value in vars(self).items()
                if name not in members or value is not members[name].default
            )
            return f"{type(self).__name__}({', '.join(texts)})"

    def __encode__(self) -> dict[str, Any]:
        members, extra = members_of(type(self))
        state = vars(self)
        sent: dict[str, Any] = dict(state[extra]) if extra else {}
        for name, member in members.items():
            value = state[name]
            if value is not UNSET and (value is not None or member.default is not None):
                sent[member.wire] = value
        return sent

    def __member__(self, wire: str, default: Any) -> Any:
        """The value under a wire name, or the default."""
        members, extra = members_of(type(self))
        for name, member in members.items():
            if member.wire == wire:
                return vars(self)[name]
        return vars(self)[extra].get(wire, default) if extra else default

    @classmethod
    def __converter__(cls) -> Converter:
        """An inner Struct converts the declared members, under their Python names."""
        members, extra = members_of(cls)
        types = member_types(cls)
        specs: list[tuple[str, Any, Any]] = []
        for name, member in members.items():
            if member.factory is not NODEFAULT:
                specs.append((name, types[name], field(default_factory=member.factory)))
            else:
                specs.append((name, types[name], field(default=member.default)))
        inner = msgspec.defstruct(cls.__name__, specs, kw_only=True)
        convert_members = converter(inner)
        convert_extras = converter(types[extra]) if extra else None
        names = {member.wire: name for name, member in members.items()}
        is_renamed = any(wire != name for wire, name in names.items())

        def run(raw: Any) -> Any:
            if raw.__class__ is not dict:
                raise ValueError(f"Expected `object`, got `{raw.__class__.__name__}`")
            known: dict[str, Any] = raw
            if is_renamed:
                known = {name: raw[wire] for wire, name in names.items() if wire in raw}
            value = cls.__new__(cls)
            state = value.__dict__
            state.update(structs.asdict(convert_members(known)))
            if convert_extras is not None:
                state[extra] = convert_extras(
                    {k: v for k, v in raw.items() if k not in names}
                )
            return value

        return run

    @classmethod
    def __repair__(
        cls, raw: Any, path: str, issues: list[Issue], is_trial: bool
    ) -> Any:
        if raw.__class__ is not dict:
            return NotImplemented
        members, extra = members_of(cls)
        types = member_types(cls)
        values: dict[str, Any] = {}
        for name, member in members.items():
            place, wire = below(path, member.wire), member.wire
            if wire in raw:
                values[name] = repair(types[name], raw[wire], place, issues, is_trial)
            elif member.required:
                issues.append(Issue(place, MISSING))
                values[name] = None
        if extra:
            wires = {member.wire for member in members.values()}
            rest = {k: v for k, v in raw.items() if k not in wires}
            values[extra] = repair(types[extra], rest, path, issues, is_trial)
        return cls(**values)


_FIELD: Any = type(field(default=None))


def is_class_variable(hint: Any) -> bool:
    """Whether an annotation, as text or evaluated, is a `ClassVar`."""
    if isinstance(hint, str):
        return hint.startswith("ClassVar")
    return hint is ClassVar or get_origin(hint) is ClassVar


_known: dict[Any, Members] = {}


def members_of(cls: type) -> Members:
    """The members of an `OpenModel`, those of its bases first."""
    if cls not in _known:
        _known[cls] = _members_of(cls)
    return _known[cls]


def _members_of(cls: type) -> Members:
    members: dict[str, Declared] = {}
    extra = ""
    for base in reversed(cls.__mro__):
        if base is OpenModel or not issubclass(base, OpenModel):
            continue
        for name, hint in base.__annotations__.items():
            value: Any = base.__dict__.get(name, NODEFAULT)
            if is_class_variable(hint):
                continue
            if value is _EXTRAS:
                extra = name
            elif isinstance(value, _FIELD):
                spec: Any = value
                wire = name if spec.name is None else spec.name
                members[name] = Declared(wire, spec.default, spec.default_factory)
            else:
                members[name] = Declared(name, value, NODEFAULT)
    return Members(members, extra)


def member_types(cls: type) -> dict[str, Any]:
    """Types of the members of a prepared `OpenModel`, its extras included."""
    bases = [base for base in reversed(cls.__mro__) if issubclass(base, OpenModel)]
    return {
        name: hint
        for base in bases
        for name, hint in base.__annotations__.items()
        if not is_class_variable(hint)
    }
