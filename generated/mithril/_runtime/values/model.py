# Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0.
"""The vocabulary of generated models: base classes, open enumerations, markers of members.

Models have no public methods, so no member of a document can collide with one.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from decimal import Decimal
from typing import (
    TYPE_CHECKING,
    Annotated,
    Any,
    ClassVar,
    NamedTuple,
    TypeAlias,
    TypeVar,
    cast,
    dataclass_transform,
    get_origin,
)

import msgspec
from msgspec import NODEFAULT, UNSET, Struct, UnsetType, field

__all__ = [
    "UNSET",
    "ApiModel",
    "DecimalNumber",
    "Discriminator",
    "OpenInt",
    "OpenModel",
    "OpenStr",
    "Patterns",
    "StrInt",
    "TextDecimal",
    "Unknown",
    "UnsetType",
    "const",
    "extras",
    "field",
]

if TYPE_CHECKING:
    from inspect import Signature

T = TypeVar("T")


class _KeywordOnly(msgspec.StructMeta):
    """Members are keyword-only in every model; msgspec does not inherit that setting."""

    def __new__(
        mcls,
        name: str,
        bases: tuple[type, ...],
        namespace: dict[str, Any],
        **config: Any,
    ) -> Any:
        config.setdefault("kw_only", True)
        return super().__new__(mcls, name, bases, namespace, **config)

    @property
    def __signature__(cls) -> Signature:
        """For `help` and `inspect`. Annotations stay text: some of their names are imported for
        checkers only, which msgspec's own signature cannot do without.
        """
        from inspect import Parameter, Signature, get_annotations

        hints: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            hints |= get_annotations(base)
        names, defaults = cls.__struct_fields__, cls.__struct_defaults__
        given: list[Any] = [NODEFAULT] * (len(names) - len(defaults)) + [*defaults]
        made: list[Parameter] = []
        for name, value in zip(names, given, strict=True):
            if hasattr(value, "factory"):
                value = value.factory()
            made.append(
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if value is NODEFAULT else value,
                    annotation=hints.get(name, Parameter.empty),
                )
            )
        return Signature(made)


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class ApiModel(
    Struct, metaclass=_KeywordOnly, omit_defaults=True, repr_omit_defaults=True
):
    """Base of the generated models.

    A member whose default is `None` or `UNSET` is left out when it holds that default; members
    made with `const` are always sent.
    """


def const(value: T, name: str | None = None) -> T:
    """A member with one allowed value, `name` on the wire. Unlike a plain default it is always sent."""
    made: Any = field(default_factory=lambda: value, name=name)
    return cast(T, made)


class Discriminator:
    """Tag property of a union whose models cannot carry the tag themselves.

    `mapping` leads from the values of the property (str, int or bool) to names of models.
    """

    __slots__ = ("mapping", "name")

    def __init__(self, name: str, mapping: Mapping[Any, str]) -> None:
        self.name = name
        self.mapping = mapping

    def __repr__(self) -> str:
        return f"Discriminator({self.name!r}, {self.mapping!r})"


class Patterns:
    """Types of the values of a dict by patterns of their keys, as text.

    The first pattern that is found in a key decides; `rest` is for the keys that fit none.
    """

    __slots__ = ("rest", "types")

    def __init__(self, types: Mapping[str, str], rest: str) -> None:
        self.types = types
        self.rest = rest

    def __repr__(self) -> str:
        return f"Patterns({self.types!r}, {self.rest!r})"


class Unknown:
    """A value of a union that this version of the client does not know; sent back unchanged."""

    __slots__ = ("raw",)
    __match_args__ = ("raw",)

    def __init__(self, raw: Any) -> None:
        self.raw: Any = raw

    def __repr__(self) -> str:
        return f"Unknown({self.raw!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and self.raw == other.raw

    def __encode__(self) -> Any:
        return self.raw


class StrInt(int):
    """An integer that is a JSON string on the wire; the decoder takes numbers as well."""

    def __encode__(self) -> str:
        return int.__repr__(self)


DecimalNumber: TypeAlias = Annotated[Decimal, "number"]
"""A decimal that is a JSON number on the wire; a `Decimal` member without this is a string there."""


class TextDecimal(Decimal):
    """A decimal that came as a JSON string, and goes back as one."""

    __slots__ = ()

    def __encode__(self) -> str:
        return str(self)


class NaiveDateTime(dt.datetime):
    """A date-time that came without an offset. It goes back in the form it came; one that a
    caller makes (a plain `datetime` without an offset) is refused instead.
    """

    _text = ""

    @classmethod
    def read(cls, text: str) -> NaiveDateTime:
        """From a text of RFC 3339 less the offset, or less the time. Raises ValueError."""
        made = cls.fromisoformat(text)
        made._text = text
        return made

    def __encode__(self) -> str:
        return self._text or self.isoformat()


class OpenStr(enum.StrEnum):
    """String enumeration that also takes values it does not list."""

    @classmethod
    def _missing_(cls, value: object) -> OpenStr | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_, member._value_ = "UNKNOWN", value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the client lists the value."""
        return self._value_ in type(self)._value2member_map_

    def __eq__(self, other: object) -> bool:
        return str.__eq__(self, other) if isinstance(other, str) else False

    __hash__ = str.__hash__
    __str__ = str.__str__

    def __reduce_ex__(self, protocol: object) -> Any:
        return type(self), (self._value_,)


class OpenInt(enum.IntEnum):
    """Integer enumeration that also takes values it does not list."""

    @classmethod
    def _missing_(cls, value: object) -> OpenInt | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_, member._value_ = "UNKNOWN", value
        return member

    @property
    def is_known(self) -> bool:
        """Whether this version of the client lists the value."""
        return self._value_ in type(self)._value2member_map_

    def __reduce_ex__(self, protocol: object) -> Any:
        return type(self), (self._value_,)


# ------------------------------------------------------------------ models with typed extras
class _Extras:
    """Marks the member that holds the additional properties."""


_EXTRAS = _Extras()


def extras() -> dict[str, Any]:
    """The member of an `OpenModel` that holds its additional properties."""
    return cast("dict[str, Any]", _EXTRAS)


class Declared(NamedTuple):
    """One declared member of an `OpenModel`; `NODEFAULT` stands for what it has not."""

    wire: str
    default: Any
    factory: Any

    @property
    def required(self) -> bool:
        """Whether the constructor insists on it."""
        return self.default is NODEFAULT and self.factory is NODEFAULT


class Layout(NamedTuple):
    """Members of an `OpenModel` by Python name, and the name of its extras ("" without)."""

    members: dict[str, Declared]
    extras: str


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class OpenModel:
    """Base of the models with typed additional properties, or with wire names msgspec refuses."""

    if not TYPE_CHECKING:  # checkers derive these from the annotations

        def __init__(self, **values: Any) -> None:
            members, extra = layout(type(self))
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
            members, _ = layout(type(self))
            shown = (
                f"{name}={value!r}"
                for name, value in vars(self).items()
                if name not in members or value is not members[name].default
            )
            return f"{type(self).__name__}({', '.join(shown)})"

    def __encode__(self) -> dict[str, Any]:
        members, extra = layout(type(self))
        state = vars(self)
        sent: dict[str, Any] = dict(state[extra]) if extra else {}
        for name, member in members.items():
            value = state[name]
            if value is not UNSET and (value is not None or member.default is not None):
                sent[member.wire] = value
        return sent


_FIELD: Any = type(field(default=None))


def is_class_variable(hint: Any) -> bool:
    """Whether an annotation, as text or evaluated, is a `ClassVar`."""
    if isinstance(hint, str):
        return hint.startswith("ClassVar")
    return hint is ClassVar or get_origin(hint) is ClassVar


_layouts: dict[type, Layout] = {}


def layout(cls: type) -> Layout:
    """The members of an `OpenModel`, those of its bases first."""
    found = _layouts.get(cls)
    if found is None:
        found = _layouts[cls] = _make_layout(cls)
    return found


def _make_layout(cls: type) -> Layout:
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
    return Layout(members, extra)
