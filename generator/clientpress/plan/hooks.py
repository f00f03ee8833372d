"""Webhooks and callbacks: what the functions that read them are called, and what they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from clientpress.api.operations import Hook, Response
from clientpress.diagnostics import Place, pointer_steps
from clientpress.plan.annotations import Annotation
from clientpress.plan.answers import called_as
from clientpress.plan.identifiers import constant_name, method_name, words
from clientpress.plan.media import is_json
from clientpress.plan.names import Wish, settle
from clientpress.plan.types import Decoder, Group, HookPlan

MODULE = "webhooks"
"""Where what stands inside a webhook goes in the models package."""


def hook_words(
    hooks: tuple[Hook, ...], operations: Mapping[Place, str]
) -> dict[Place, tuple[str, ...]]:
    """The names of each hook in words, the best first: its key, then with what it belongs to.

    Args:
        operations: The place of each operation → its name in words.
    """
    return {hook.place: _words(hook, operations) for hook in hooks}


def payload_words(
    hooks: tuple[Hook, ...], named: Mapping[Place, tuple[str, ...]]
) -> dict[Place, tuple[str, ...]]:
    """The place of each hook's operation → what the classes inside it are called by: the hook, or
    the path item among the components that it refers to.
    """
    found = dict[Place, tuple[str, ...]]()
    for hook in hooks:
        place = hook.operation.place
        steps = pointer_steps(place.pointer)
        if steps[:2] == ["components", "pathItems"]:
            key = steps[2]
            found[place] = (key, f"{key} {steps[-1]}", f"path item {key} {steps[-1]}")
        else:
            found.setdefault(place, named[hook.place])
    return found


def _words(hook: Hook, operations: Mapping[Place, str]) -> tuple[str, ...]:
    key, method = hook.operation.name or hook.name, hook.operation.method.lower()
    if hook.operation.name:
        return (key,)
    if hook.kind == "webhook":
        return key, f"{key} {method}", f"{hook.kind} {key} {method}"
    owners = [operations[place] for place in hook.owners if place in operations]
    owner = owners[0] if owners else hook.kind
    address = " ".join(words(unquote(hook.expression.rpartition("/")[2])))
    return (
        key,
        f"{owner} {key}",
        f"{key} {address}",
        f"{owner} {key} {address} {method}",
    )


def plan_hooks(
    hooks: tuple[Hook, ...],
    named: Mapping[Place, tuple[str, ...]],
    groups: tuple[Group, ...],
    decode: Callable[[Response], Decoder],
) -> tuple[HookPlan, ...]:
    """A function for every webhook and callback that is not hidden."""
    shown = [hook for hook in hooks if not hook.operation.hidden]
    names = settle([_wish(hook, named, _function) for hook in shown], {})
    taken = ("TYPE_CHECKING", "UNSET")
    constants = settle([_wish(hook, named, constant_name) for hook in shown], {}, taken)
    methods = called_as(groups)
    return tuple(
        HookPlan(
            names[hook.place],
            constants[hook.place],
            hook,
            _media_type(hook),
            decode(_content(hook)),
            tuple(_answer(r, decode) for r in hook.operation.responses),
            tuple(methods[place] for place in hook.owners if place in methods),
        )
        for hook in shown
    )


def _function(text: str) -> str:
    return method_name(f"read {text}") if words(text) else f"read_{method_name(text)}"


def _wish(
    hook: Hook, named: Mapping[Place, tuple[str, ...]], spell: Callable[[str], str]
) -> Wish[Place]:
    candidates = tuple(dict.fromkeys(map(spell, named[hook.place])))
    rank = 0 if hook.operation.name else 1
    return Wish(hook.place, candidates, rank, False, hook.place.pointer)


def _content(hook: Hook) -> Response:
    """What comes, as if it were the answer to a call: it is read the same way."""
    body = hook.operation.body
    return Response(hook.operation.place, "200", "", body.media if body else ())


def _media_type(hook: Hook) -> str:
    """JSON if it may be that, else what is documented first."""
    body = hook.operation.body
    listed = [m.name for m in body.media if "*" not in m.name] if body else []
    json = [name for name in listed if is_json(name)]
    return next(iter([*json, *listed]), "application/json")


def _answer(
    response: Response, decode: Callable[[Response], Decoder]
) -> tuple[str, str, Annotation]:
    return response.status, response.description, decode(response).annotation
