"""The API surface of a package as data: what a caller can see, for comparing two versions of it."""

from __future__ import annotations

import json
from typing import Any

from clientpress.plan.types import Alias, Default, EnumClass, ModelClass, Plan
from clientpress.render import layout


def dump_surface(plan: Plan) -> str:
    """`.clientpress/surface.json`: groups with their methods, models with their members."""
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
        name: _definition(found)
        for name, found in sorted(plan.models.definitions.items())
    }
    surface = {"groups": groups, "models": models}
    if webhooks:
        surface["webhooks"] = webhooks
    return json.dumps(surface, indent=1, ensure_ascii=False) + "\n"


def _member(annotation: Any, default: Default) -> str:
    shown = layout.flat(layout.annotation(annotation))
    return shown if default is Default.REQUIRED else f"{shown} = {default.value}"


def _definition(found: Any) -> Any:
    if isinstance(found, ModelClass):
        return {
            "base": found.base,
            "members": {
                member.name: _member(member.annotation, member.default)
                for member in found.members
            },
        }
    if isinstance(found, EnumClass):
        return {"values": [member.value for member in found.members]}
    if isinstance(found, Alias):
        return {"alias": layout.flat(layout.annotation(found.annotation))}
    return {"twin_of": found.model}
