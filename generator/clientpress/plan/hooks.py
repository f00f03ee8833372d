"""Webhooks and callbacks: what the functions that read them are called, and what they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from urllib.parse import unquote

from clientpress.api import schemas as s
from clientpress.api.operations import Hook, Response
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, pointer_steps
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.answers import called_as
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.identifiers import constant_name, snake, words
from clientpress.plan.media import encode_kind, is_json
from clientpress.plan.reading import ReadingRules
from clientpress.plan.types import Decoder, Group, HookPlan
from clientpress.plan.typing_rules import TypeRules


def hook_words(
    hooks: tuple[Hook, ...], operations: Mapping[Place, str]
) -> dict[Place, tuple[str, ...]]:
    """The names of each hook in words, the best first: its key, then longer ones.

    Args:
        operations: The place of each operation → its name in words.
    """
    return {hook.place: _words(hook, operations) for hook in hooks}


def payload_words(
    hooks: tuple[Hook, ...], named: Mapping[Place, tuple[str, ...]]
) -> dict[Place, tuple[str, ...]]:
    """The place of each hook's operation → names for the classes inside it: those of the hook, or
    those of the path item under `components` that it refers to.
    """
    names = dict[Place, tuple[str, ...]]()
    for hook in hooks:
        place = hook.operation.place
        steps = pointer_steps(place.pointer)
        if steps[:2] == ["components", "pathItems"]:
            key = steps[2]
            names[place] = (key, f"{key} {steps[-1]}", f"path item {key} {steps[-1]}")
        else:
            names.setdefault(place, named[hook.place])
    return names


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
    rules: TypeRules,
    reading: ReadingRules,
) -> tuple[HookPlan, ...]:
    """A function for every webhook and callback that is not hidden."""
    shown = [hook for hook in hooks if not hook.operation.hidden]
    names = settle([_wish(hook, named, _function) for hook in shown], {})
    taken = ("TYPE_CHECKING", "UNSET")
    constants = settle([_wish(hook, named, constant_name) for hook in shown], {}, taken)
    methods = called_as(groups)
    return tuple(
        HookPlan(
            name=names[hook.place],
            constant=constants[hook.place],
            hook=hook,
            media_type=_media_type(hook),
            decoder=_decoder(hook, rules, reading),
            answers=tuple(_answer(r, reading) for r in hook.operation.responses),
            owners=tuple(methods[place] for place in hook.owners if place in methods),
        )
        for hook in shown
    )


def _function(text: str) -> str:
    return f"read_{snake(text)}"


def _wish(
    hook: Hook, named: Mapping[Place, tuple[str, ...]], spell: Callable[[str], str]
) -> Wish[Place]:
    candidates = tuple(dict.fromkeys(map(spell, named[hook.place])))
    rank = 0 if hook.operation.name else 1
    return Wish(hook.place, candidates, rank, False, hook.place.pointer)


def _decoder(hook: Hook, rules: TypeRules, reading: ReadingRules) -> Decoder:
    """How the body is read: like the answer to a call, but it may be a form too."""
    body = hook.operation.body
    media = body.media if body else ()
    if not any(encode_kind(m) == "form" and m.schema for m in media):
        return reading.received(media)
    by_media = {
        m.name: (
            _form(m.schema, rules)
            if m.schema and encode_kind(m) == "form"
            else reading.received((m,))
        )
        for m in media
    }
    if len(by_media) == 1:
        return next(iter(by_media.values()))
    kinds = (decoder.annotation for decoder in by_media.values())
    return Decoder("media", a.either(*kinds), tuple(by_media.items()))


def _form(schema: Schema, rules: TypeRules) -> Decoder:
    lists, objects = list[str](), list[str]()
    inner = rules.followed(schema)
    for field in inner.fields if isinstance(inner, s.Object) else ():
        match rules.followed(field.schema):
            case s.Array() | s.Tuple():
                lists.append(field.wire)
            case s.Object() | s.Mapping() | s.Union():
                objects.append(field.wire)
            case _:
                pass
    annotation = rules.annotation(schema)
    return Decoder("form", annotation, (), tuple(lists), tuple(objects))


def _media_type(hook: Hook) -> str:
    """JSON if that is documented, otherwise the first media type."""
    body = hook.operation.body
    listed = [m.name for m in body.media if "*" not in m.name] if body else []
    json = [name for name in listed if is_json(name)]
    return next(iter([*json, *listed]), "application/json")


def _answer(response: Response, reading: ReadingRules) -> tuple[str, str, Annotation]:
    decoder = reading.received(response.media)
    return response.status, response.description, decoder.annotation
