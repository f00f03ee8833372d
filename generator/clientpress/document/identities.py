"""What schemas call themselves: `$id`, `$self`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12,
section 8.2; OpenAPI 3.2, section 4.1.2.2.3).

The library `referencing` finds the same, but gives values without their pointers; here the place of
everything has to be known.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urldefrag, urljoin

from clientpress.diagnostics import Place
from clientpress.document.data import is_array, is_object

_VALUES = frozenset({"example", "examples", "default", "enum", "const"})
_NAMES = frozenset(
    {"properties", "patternProperties", "$defs", "schemas", "dependentSchemas"}
)


@dataclass(slots=True)
class Identities:
    """The identities in one file.

    Attributes:
        bases: Pointer → absolute URI of each schema resource in it; "" is the file itself.
        resources: The same the other way round.
        anchors: Pointer of a resource and name of an anchor → pointer.
        dynamic: Name of a dynamic anchor → every pointer that has it.
    """

    bases: dict[str, str]
    resources: dict[str, str] = field(default_factory=dict[str, str])
    anchors: dict[tuple[str, str], str] = field(
        default_factory=dict[tuple[str, str], str]
    )
    dynamic: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def resource_at(self, pointer: str) -> str:
        """The pointer of the schema resource that a node belongs to."""
        while len(self.bases) > 1 and pointer:
            if pointer in self.bases:
                return pointer
            pointer = pointer.rpartition("/")[0]
        return ""

    def anchor(self, resource: str, name: str) -> str | None:
        """The pointer of an anchor of a resource; one of another resource of the file is better
        than none.
        """
        found = self.anchors.get((resource, name))
        if found is not None:
            return found
        return next((at for (_, n), at in self.anchors.items() if n == name), None)


def find_identities(data: Any, uri: str) -> Identities:
    """The identities of everything in a file of this address."""
    own = data.get("$self") if is_object(data) else None
    base = _absolute(uri, own) if isinstance(own, str) else uri
    found = Identities({"": base}, {base: "", uri: ""})
    todo: list[tuple[Any, Place, str, bool]] = [(data, Place(""), "", False)]
    while todo:
        here, place, resource, is_map = todo.pop()
        if is_object(here):
            if not is_map:
                resource = _note(here, place.pointer, resource, found)
            todo += [
                (value, place.child(key), resource, not is_map and key in _NAMES)
                for key, value in reversed(here.items())
                if isinstance(value, (dict, list)) and (is_map or key not in _VALUES)
            ]
        elif is_array(here):
            todo += [
                (value, place.child(i), resource, False)
                for i, value in reversed(list(enumerate(here)))
                if isinstance(value, (dict, list))
            ]
    return found


def _note(here: dict[str, Any], pointer: str, resource: str, found: Identities) -> str:
    """Note what one object calls itself; the resource that it belongs to."""
    identity = here.get("$id")
    if isinstance(identity, str):
        address, fragment = urldefrag(identity) if _is_uri(identity) else ("", "")
        if address:
            absolute = _absolute(found.bases[resource], address)
            found.bases[pointer] = absolute
            found.resources.setdefault(absolute, pointer)
            resource = pointer
        elif fragment:  # as in draft 6
            found.anchors.setdefault((resource, fragment), pointer)
    for keyword in ("$anchor", "$dynamicAnchor"):
        name = here.get(keyword)
        if isinstance(name, str):
            found.anchors.setdefault((resource, name), pointer)
            if keyword == "$dynamicAnchor":
                found.dynamic.setdefault(name, []).append(pointer)
    return resource


def _is_uri(text: str) -> bool:
    try:
        urldefrag(text)
    except ValueError:
        return False
    return True


def _absolute(base: str, reference: str) -> str:
    try:
        return urljoin(base, urldefrag(reference)[0])
    except ValueError:
        return base
