"""Which places of a document concern a selection of its operations: findings elsewhere are nobody's.

The document is walked as it is, from the operations that are kept along their references, so a
place counts whatever kind of thing stands there.
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
# What stands outside of these concerns the whole document, and so do these components.
_PARTS = ("paths", "webhooks", "x-webhooks", "components")
_WHOLE = ("/components/securitySchemes",)


class Concerned:
    """The places that what is kept of a document consists of.

    Args:
        whole: Everything that the document says.
        kept: The part of it that is wanted.
        paths: The paths whose operations are wanted, whether they could be read or not.
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
        wanted = {*_places(kept)}
        self._left_out = {place for place in _places(whole) if place not in wanted}
        self._reached = set[Place]()
        starts = [place for hook in kept.hooks for place in _around(hook.place)]
        starts += [o.place for o in kept.operations]
        paths = {*paths, *(o.path for o in kept.operations)}
        starts += [Place(entry.name).child("paths", path) for path in paths]
        self._walk([node for place in starts if (node := sources.node(place))])

    def about(self, found: Diagnostic) -> bool:
        """Whether a finding is about the whole document or about something that is kept."""
        return found.code in _PROTECTING or self._has(found.place)

    def _has(self, place: Place | None) -> bool:
        if place is None:
            return True
        if self._sources.source(place.file) is None and place.file != self._entry.name:
            # A file that could not be read: as what refers to it.
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
        self._reached |= {node.place for node in todo}
        while todo:
            node = todo.pop()
            if node.place in self._left_out:
                continue
            if is_object(node.data):
                for reference in _references(node.data):
                    found = self._sources.resolve(reference, node.place, Report())
                    if found and found.place not in self._reached:
                        self._reached.add(found.place)
                        todo.append(found)
            todo += containers_in(node)


# A limit that was met left no document.
_PROTECTING = ("CP004",)


def _places(api: Api) -> Iterator[Place]:
    yield from (operation.place for operation in api.operations)
    yield from (hook.place for hook in api.hooks)


def _around(hook: Place) -> tuple[Place, ...]:
    """A webhook, and the path item that it stands in."""
    above = hook.pointer.rpartition("/")[0]
    return hook, Place(hook.file, above)


def _upward(place: Place) -> Iterator[Place]:
    pointer = place.pointer
    while pointer:
        yield Place(place.file, pointer)
        pointer = pointer.rpartition("/")[0]
    yield Place(place.file)


def _references(data: dict[str, object]) -> Iterator[str]:
    for key in _REFERENCES:
        found = data.get(key)
        if isinstance(found, str):
            yield found
    tag = data.get("discriminator")
    mapping = tag.get("mapping") if is_object(tag) else None
    for target in mapping.values() if is_object(mapping) else ():
        if isinstance(target, str):
            yield target if "#" in target else f"#/components/schemas/{target}"
