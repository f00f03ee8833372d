"""Webhooks and Callback Objects: the requests that the API sends (OpenAPI 3.2, sections 4.1.1 and 4.18)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from clientpress.api.operations import Hook
from clientpress.diagnostics import Place, pointer_steps
from clientpress.document.data import is_object
from clientpress.document.sources import Node
from clientpress.parse.context import Context
from clientpress.parse.extensions.common import PREFIX, extensions_on
from clientpress.parse.operation import methods_of, parse_operation, path_items

# Documents of OpenAPI 3.0 use `x-webhooks`.
_WEBHOOKS = ("webhooks", "x-webhooks")
# Extensions that have an effect on a request that the API sends.
_KNOWN = (f"{PREFIX}name", f"{PREFIX}hidden")


def parse_hooks(document: Node, context: Context) -> tuple[Hook, ...]:
    """Read every webhook, then every callback.

    Callbacks are those of the operations, and components to which no operation refers.
    """
    hooks = _Hooks(context)
    for section in _WEBHOOKS:
        listed = document.data.get(section)
        for name in listed if is_object(listed) else ():
            # A path item, or, in `x-webhooks`, a Callback Object.
            hooks.webhook(name, document.child(section, name))
    for _, item in path_items(document, context):
        for _, node in methods_of(item):
            hooks.callbacks(node)
    components = document.data.get("components")
    listed = components.get("callbacks") if is_object(components) else None
    for name in listed if is_object(listed) else ():
        hooks.callback(name, document.child("components", "callbacks", name), None)
    return hooks.all()


class _Hooks:
    """Collects hooks. A callback that several operations refer to is parsed once."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._hooks = dict[Place, Hook]()
        self._owners = dict[Place, dict[Place, None]]()

    def all(self) -> tuple[Hook, ...]:
        """The hooks, webhooks first, else in the order of the document."""
        ordered = sorted(self._hooks.values(), key=lambda hook: hook.kind == "callback")
        return tuple(
            replace(hook, owners=tuple(self._owners.get(hook.place, ())))
            for hook in ordered
        )

    def webhook(self, name: str, node: Node) -> None:
        """Add a webhook: a path item under its name."""
        if name.startswith("x-") and not is_object(node.data):
            return
        item = self._context.follow(node)
        if item is None or not is_object(item.data):
            return
        if any(key.startswith("{$") for key in item.data):
            self.callback(name, node, None, "webhook")
            return
        for method, below in methods_of(item):
            # A place below the webhook's own, because two webhooks may refer to the same path item.
            steps = below.place.pointer[len(item.place.pointer) :]
            place = Place(node.place.file, node.place.pointer + steps)
            self._add(place, "webhook", name, "", item, method, below)

    def callbacks(self, owner: Node) -> None:
        """Add the callbacks of an operation."""
        listed = owner.data.get("callbacks")
        for name in listed if is_object(listed) else ():
            self.callback(name, owner.child("callbacks", name), owner.place)

    def callback(
        self, name: str, node: Node, owner: Place | None, kind: str = "callback"
    ) -> None:
        """Add a Callback Object: path items by the runtime expressions of their addresses."""
        target = self._context.follow(node)
        if target is None or not is_object(target.data):
            return
        steps = pointer_steps(target.place.pointer)
        if steps[:2] == ["components", "callbacks"]:
            # Operations may use other keys for the same component.
            name = steps[2]
        for expression, item in self._items(target):
            for method, below in methods_of(item):
                place = below.place
                if owner is not None:
                    self._owners.setdefault(place, {}).setdefault(owner)
                self._add(place, kind, name, expression, item, method, below)

    def _items(self, callback: Node) -> Iterator[tuple[str, Node]]:
        """Each path item of a callback with its expression."""
        for expression in callback.data:
            if expression.startswith("x-"):
                continue
            item = self._context.follow(callback.child(expression))
            if item is not None and is_object(item.data):
                yield expression, item

    def _add(
        self,
        place: Place,
        kind: str,
        name: str,
        expression: str,
        item: Node,
        method: str,
        node: Node,
    ) -> None:
        """Add one request, and the callbacks of its own."""
        if place in self._hooks:
            return
        report = self._context.report
        extensions_on("path item", item.data, item.place, report)
        request = parse_operation(node, item, "", method, self._context)
        for key in node.data:
            if key.startswith(PREFIX) and key not in _KNOWN:
                message = f"{key} has no effect on what the API sends"
                report.warning("CP502", node.place.child(key), message, "Remove it.")
        self._hooks[place] = Hook(place, kind, name, request, expression)
        self.callbacks(node)
