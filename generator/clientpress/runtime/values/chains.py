"""Long chains of models; only packages with many models have this module.

msgspec visits models recursively when it gets them first, and fails (or overflows the stack) on
chains of about 900. The same visit is done here before, and a member that is too deep becomes
`Late`.
"""

from __future__ import annotations

from typing import Any, get_args

from msgspec import Struct, structs

from .converting import is_a, is_custom, make_late
from .model import ApiModel

_DEPTH = 100
_built: set[type] = {ApiModel}


def cut(tp: Any) -> None:
    """Cut every chain of models below a type if the chain is too long."""
    first: list[tuple[type, str, type]] = [
        (ApiModel, "", model) for model in _models_in(tp)
    ]
    path = [iter(first)]
    while path:
        step = next(path[-1], None)
        if step is None:
            path.pop()
            continue
        owner, name, model = step
        if model in _built:
            continue
        if len(path) > _DEPTH:
            hint = owner.__annotations__[name]
            if not is_custom(hint):
                owner.__annotations__[name] = link = make_late("Link")
                link.target = hint
            continue
        _built.add(model)
        path.append(iter(_links(model)))


def _links(model: type) -> list[tuple[type, str, type]]:
    """Members of a model that lead to models: the class with the member, its name, the model."""
    return [
        (base, name, target)
        for base in reversed(model.__mro__)
        if base is not ApiModel and issubclass(base, ApiModel)
        for name, hint in base.__annotations__.items()
        for target in _models_in(hint)
    ]


def _models_in(tp: Any) -> list[type]:
    if is_a(tp, ApiModel):
        return [tp]
    # beside models there are the inner Structs of an OpenModel
    parts = (
        [info.type for info in structs.fields(tp)] if is_a(tp, Struct) else get_args(tp)
    )
    return [model for part in parts for model in _models_in(part)]
