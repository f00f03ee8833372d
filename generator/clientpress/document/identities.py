"""The identifiers of schemas: `$id`, `$self`, `$anchor` and `$dynamicAnchor` (JSON Schema 2020-12,
section 8.2; OpenAPI 3.2, section 4.1.2.2.3).

The library `referencing` reads the same keywords, but gives values without their pointers. Here the
place of everything has to be known.
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
    """The identifiers in one file.

    Attributes:
        bases: Pointer → absolute URI, for each schema resource of the file; "" is the file itself.
        resources: Absolute URI → pointer, the reverse of `bases`.
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
        """The pointer of an anchor of a resource; None when no resource has it.

        An anchor of another resource of the file is taken where this one has none.
        """
        pointer = self.anchors.get((resource, name))
        if pointer is not None:
            return pointer
        return next((at for (_, n), at in self.anchors.items() if n == name), None)


def find_identities(data: Any, uri: str) -> Identities:
    """Collect the identifiers of a file.

    Args:
        data: The data of the file.
        uri: The address of the file.
    """
    own = data.get("$self") if is_object(data) else None
    base = _absolute(uri, own) if isinstance(own, str) else uri
    identities = Identities({"": base}, {base: "", uri: ""})
    todo: list[tuple[Any, Place, str, bool]] = [(data, Place(""), "", False)]
    while todo:
        here, place, resource, is_map = todo.pop()
        if is_object(here):
            if not is_map:
                resource = _note(here, place.pointer, resource, identities)
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
    return identities


def _note(
    here: dict[str, Any], pointer: str, resource: str, identities: Identities
) -> str:
    """Note the identifiers of one object.

    Returns:
        The pointer of the schema resource that the object belongs to.
    """
    identity = here.get("$id")
    if isinstance(identity, str):
        address, fragment = urldefrag(identity) if _is_uri(identity) else ("", "")
        if address:
            absolute = _absolute(identities.bases[resource], address)
            identities.bases[pointer] = absolute
            identities.resources.setdefault(absolute, pointer)
            resource = pointer
        elif fragment:  # an anchor, as JSON Schema draft 6 writes it
            identities.anchors.setdefault((resource, fragment), pointer)
    for keyword in ("$anchor", "$dynamicAnchor"):
        name = here.get(keyword)
        if isinstance(name, str):
            identities.anchors.setdefault((resource, name), pointer)
            if keyword == "$dynamicAnchor":
                identities.dynamic.setdefault(name, []).append(pointer)
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
