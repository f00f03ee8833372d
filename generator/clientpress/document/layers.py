"""A document with changes laid over it, which remembers where each value was written."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientpress.diagnostics import Place, pointer_steps
from clientpress.document.data import is_array, is_object

Key = str | int


class Layers:
    """Changes laid over the data of a file.

    What does not change is shared with the data, which stays as it is. Containers on the way to a change are
    copied once.

    Args:
        data: The data of the file.
        place: The place of the data.

    Attributes:
        data: The data with the changes.
    """

    def __init__(self, data: Any, place: Place) -> None:
        self.data, self._place = data, place
        # By the identity of a container, which `_copies` keeps alive.
        self._copies: dict[int, Any] = {}
        self._origins: dict[int, dict[Key, Place]] = {}

    def at(self, path: Sequence[Key]) -> Any:
        """The value at a path, which exists."""
        here = self.data
        for key in path:
            here = here[key]
        return here

    def origin(self, pointer: str) -> Place:
        """Where the value at a pointer was written, or the nearest value above it that exists."""
        here: Any = self.data
        place = self._place
        for step in pointer_steps(pointer):
            key = _key(here, step)
            if key is None:
                break
            place = self._origin_of(here, key, place)
            here = here[key]
        return place

    def _origin_of(self, container: Any, key: Key, place: Place) -> Place:
        """Where a member or an item of a container at a place was written."""
        return self._origins.get(id(container), {}).get(key) or place.child(key)

    def put(self, path: Sequence[Key], value: Any, origin: Place) -> None:
        """Set the value at a path; its last key may be new, or the length of an array."""
        if not path:
            self.data, self._place = value, origin
            return
        container: Any = self._own(path[:-1])
        if path[-1] == len(container):
            container.append(value)
        else:
            container[path[-1]] = value
        self._origins.setdefault(id(container), {})[path[-1]] = origin

    def remove(self, path: Sequence[Key]) -> None:
        """Remove the member or item at a path, which is not empty."""
        container, key = self._own(path[:-1]), path[-1]
        origins = self._origins.setdefault(id(container), {})
        if isinstance(key, int):
            place = self.origin(Place("").child(*path[:-1]).pointer)
            behind = [
                self._origin_of(container, i, place)
                for i in range(key + 1, len(container))
            ]
            origins.pop(len(container) - 1, None)
            origins.update(enumerate(behind, key))
        else:
            origins.pop(key, None)
        del container[key]

    def _own(self, path: Sequence[Key]) -> Any:
        """The container at a path, copied if it belongs to a file; so are those above it."""
        self.data = here = self._copied(self.data)
        for key in path:
            here[key] = self._copied(here[key])
            here = here[key]
        return here

    def _copied(self, container: Any) -> Any:
        if id(container) in self._copies:
            return container
        copy = container.copy()
        self._copies[id(copy)] = copy
        if id(container) in self._origins:
            self._origins[id(copy)] = self._origins[id(container)].copy()
        return copy


def _key(container: Any, step: str) -> Key | None:
    """The key that a step of a pointer means; None where it leads nowhere."""
    if is_array(container):
        return int(step) if step.isdigit() and int(step) < len(container) else None
    return step if is_object(container) and step in container else None
