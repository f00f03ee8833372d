# @generated Part of the clientpress runtime, copied verbatim. Do not edit. MIT-0. # ruff: noqa
"""The base class of generated models, and markers of their members.

Models have no public methods, so no member of a document can collide with one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast, dataclass_transform

import msgspec
from msgspec import NODEFAULT, UNSET, Struct, UnsetType, field

__all__ = ["UNSET", "ApiModel", "UnsetType", "const", "field", "is_model"]

from .lazy import part

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
        """For `help` and `inspect`. Annotations stay text, because some of their names are imported
        for type checkers only; msgspec's own signature would evaluate them.
        """
        from inspect import Parameter, Signature, get_annotations

        hints: dict[str, Any] = {}
        for base in reversed(cls.__mro__):
            hints |= get_annotations(base)
        names, defaults = cls.__struct_fields__, cls.__struct_defaults__
        values: list[Any] = [NODEFAULT] * (len(names) - len(defaults)) + [*defaults]
        parameters: list[Parameter] = []
        for name, value in zip(names, values, strict=True):
            default = value.factory() if hasattr(value, "factory") else value
            parameters.append(
                Parameter(
                    name,
                    Parameter.KEYWORD_ONLY,
                    default=Parameter.empty if default is NODEFAULT else default,
                    annotation=hints.get(name, Parameter.empty),
                )
            )
        return Signature(parameters)

    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        """For pydantic, and so for FastAPI: the model is a type of bodies and members."""
        plain_data: Any = part("values.plain_data")
        return plain_data.pydantic_schema(cls)


@dataclass_transform(kw_only_default=True, field_specifiers=(field,))
class ApiModel(
    Struct, metaclass=_KeywordOnly, omit_defaults=True, repr_omit_defaults=True
):
    """Base of the generated models.

    A member whose default is `None` or `UNSET` is not sent when it holds that default; members
    made with `const` are always sent.
    """

    __is_model__ = True


def const(value: T, name: str | None = None) -> T:
    """A member with one allowed value, `name` on the wire. Unlike a default, it is always sent."""
    member: Any = field(default_factory=lambda: value, name=name)
    return cast(T, member)


def is_model(tp: Any) -> bool:
    """Whether a type is a generated class, whose annotations are text."""
    return isinstance(tp, type) and getattr(tp, "__is_model__", False)
