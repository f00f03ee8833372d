"""The public interface of a package as data, for comparing two versions."""

from __future__ import annotations

import json
from typing import Any

from clientpress.plan.types import Alias, Default, EnumClass, ModelClass, Plan
from clientpress.render import layout


def dump_surface(plan: Plan) -> str:
    """The text of `.clientpress/surface.json`: groups with their methods, models with their members."""
    groups = {
        group.path: {
            method.name: {
                "kind": method.kind,
                "operation": f"{method.plan.operation.method} {method.plan.operation.path}",
                "arguments": {
                    argument.name: _member(argument.annotation, argument.default)
                    for argument in method.arguments
                    if argument.name != "options"
                },
                "returns": layout.flat(layout.annotation(method.returns)),
            }
            for method in group.methods
        }
        for group in plan.groups
    }
    webhooks = {
        hook.name: layout.flat(layout.annotation(hook.decoder.annotation))
        for hook in plan.hooks
    }
    models = {
        name: _definition(definition)
        for name, definition in sorted(plan.models.definitions.items())
    }
    surface = {"groups": groups, "models": models}
    if webhooks:
        surface["webhooks"] = webhooks
    return json.dumps(surface, indent=1, ensure_ascii=False) + "\n"


def _member(annotation: Any, default: Default) -> str:
    text = layout.flat(layout.annotation(annotation))
    return text if default is Default.REQUIRED else f"{text} = {default.value}"


def _definition(definition: Any) -> Any:
    if isinstance(definition, ModelClass):
        return {
            "base": definition.base,
            "members": {
                member.name: _member(member.annotation, member.default)
                for member in definition.members
            },
        }
    if isinstance(definition, EnumClass):
        return {"values": [member.value for member in definition.members]}
    if isinstance(definition, Alias):
        return {"alias": layout.flat(layout.annotation(definition.annotation))}
    return {"twin_of": definition.model}
