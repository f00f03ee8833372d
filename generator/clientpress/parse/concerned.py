"""The places of a document that concern a selection of its operations.

Findings at other places do not concern the user. The document is walked from the selected operations along
their references, so that a place counts whatever kind of object is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clientpress.api.operations import Api
from clientpress.diagnostics import Diagnostic, Place, Report, pointer_steps
from clientpress.document.checks import containers_in
from clientpress.document.data import is_object
from clientpress.document.reading import Source
from clientpress.document.sources import Node, Sources

_REFERENCES = ("$ref", "$dynamicRef")
# Everything outside of these parts concerns the whole document, and so do the components in `_WHOLE`.
_PARTS = ("paths", "webhooks", "x-webhooks", "components")
_WHOLE = ("/components/securitySchemes",)
# After a finding of these codes, a part of the document is missing.
_LIMITS = ("CP004",)


class Concerned:
    """The places that a selection consists of.

    Args:
        entry: The entry document.
        sources: All files of the document.
        whole: The whole API.
        kept: The part of it that is selected.
        paths: The selected paths, also those whose operations cannot be read.
    """

    def __init__(
        self,
        entry: Source,
        sources: Sources,
        whole: Api,
        kept: Api,
        paths: Iterable[str],
    ) -> None:
        self._entry, self._sources = entry, sources
        self._left_out = {*_places(whole)} - {*_places(kept)}
        self._reached = set[Place]()
        starts = [place for hook in kept.hooks for place in _around(hook.place)]
        starts += [o.place for o in kept.operations]
        paths = {*paths, *(o.path for o in kept.operations)}
        starts += [Place(entry.name).child("paths", path) for path in paths]
        self._walk([node for place in starts if (node := sources.node(place))])

    def about(self, finding: Diagnostic) -> bool:
        """Whether a finding concerns the selection or the whole document."""
        return finding.code in _LIMITS or self._has(finding.place)

    def _has(self, place: Place | None) -> bool:
        """Whether a place concerns the selection or the whole document."""
        if place is None:
            return True
        if self._sources.source(place.file) is None and place.file != self._entry.name:
            # A file that cannot be read concerns the selection if a reference to it does.
            return any(map(self._has, self._sources.referring(place.file)))
        steps = pointer_steps(place.pointer)
        if place.file == self._entry.name:
            if steps[:1] == [] or steps[0] not in _PARTS or len(steps) == 1:
                return True
            if place.pointer.startswith(_WHOLE):
                return True
        for above in _upward(place):
            if above in self._left_out:
                return False
            if above in self._reached:
                return True
        return False

    def _walk(self, todo: list[Node]) -> None:
        """Note the places of some nodes, and of the nodes that references below them lead to."""
        self._reached |= {node.place for node in todo}
        while todo:
            node = todo.pop()
            if node.place in self._left_out:
                continue
            if is_object(node.data):
                for reference in _references(node.data):
                    target = self._sources.resolve(reference, node.place, Report())
                    if target and target.place not in self._reached:
                        self._reached.add(target.place)
                        todo.append(target)
            todo += containers_in(node)


def _places(api: Api) -> Iterator[Place]:
    """The places of operations and hooks."""
    yield from (operation.place for operation in api.operations)
    yield from (hook.place for hook in api.hooks)


def _around(hook: Place) -> tuple[Place, ...]:
    """The places of a webhook and of its path item."""
    above = hook.pointer.rpartition("/")[0]
    return hook, Place(hook.file, above)


def _upward(place: Place) -> Iterator[Place]:
    """A place, and every place around it."""
    pointer = place.pointer
    while pointer:
        yield Place(place.file, pointer)
        pointer = pointer.rpartition("/")[0]
    yield Place(place.file)


def _references(data: dict[str, object]) -> Iterator[str]:
    """The references of an object, with those of a discriminator's mapping."""
    for key in _REFERENCES:
        reference = data.get(key)
        if isinstance(reference, str):
            yield reference
    tag = data.get("discriminator")
    mapping = tag.get("mapping") if is_object(tag) else None
    for target in mapping.values() if is_object(mapping) else ():
        if isinstance(target, str):
            yield target if "#" in target else f"#/components/schemas/{target}"
