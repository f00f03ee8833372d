"""Which definition goes into which module of the models package.

A module is called by the first word of the names in it, so it depends on a definition's own
name, not on its neighbours. A class goes where its base class is: modules never import each
other when they are loaded, and no cycle can exist.
"""

from __future__ import annotations

from collections.abc import Mapping

from clientpress.diagnostics import Place
from clientpress.plan.identifiers import module_name, words

# pyright gives up on files of a few thousand classes; long before that, nobody reads them.
MAX_DEFINITIONS = 300


def choose_modules(
    names: Mapping[Place, str], roots: Mapping[Place, str], bases: Mapping[str, str]
) -> dict[str, str]:
    """Definition name → module stem.

    Args:
        names: The name of each named place.
        roots: For things inside an operation: the group of that operation.
        bases: Class → the class it inherits from.
    """
    buckets = dict[str, list[str]]()
    place_of = {name: place for place, name in names.items()}
    for name in names.values():
        own = _root(name, bases)
        root = roots.get(place_of[own])
        buckets.setdefault(root or _stem(own, 1), []).append(name)
    chosen = dict[str, str]()
    for stem, members in buckets.items():
        _split(stem, members, bases, chosen)
    return chosen


def _root(name: str, bases: Mapping[str, str]) -> str:
    while name in bases:
        name = bases[name]
    return name


def _stem(name: str, count: int) -> str:
    return module_name(" ".join(words(name)[:count]))


def _split(
    stem: str, members: list[str], bases: Mapping[str, str], chosen: dict[str, str]
) -> None:
    """Put a crowd into modules by one more word of the names at a time."""
    if len(members) <= MAX_DEFINITIONS:
        chosen.update(dict.fromkeys(members, stem))
        return
    for count in range(2, 6):
        parts = dict[str, list[str]]()
        for name in members:
            parts.setdefault(_stem(_root(name, bases), count), []).append(name)
        if max(map(len, parts.values())) <= MAX_DEFINITIONS or count == 5:
            for part, inside in parts.items():
                chosen.update(dict.fromkeys(inside, part))
            return
