"""Distinct names for the things of one scope, which may wish for the same name.

A thing that has the name exactly keeps it. The others get a longer candidate, or in the end a hash
of their own key. There are no counters: they would change if a neighbour were added.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Generic, TypeVar

from clientpress.plan.identifiers import digest

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Wish(Generic[K]):
    """Who wants a name.

    Attributes:
        key: Who asks.
        candidates: Names by preference, the best first.
        rank: A lower rank goes first: 0 pinned by the document's author, 1 a component, 2
        anything inside.
        exact: Whether the first candidate is the document's own text.
        salt: What the digest is made of: a pointer, or the wire name.
    """

    key: K
    candidates: tuple[str, ...]
    rank: int
    exact: bool
    salt: str


def settle(
    wishes: Iterable[Wish[K]], previous: Mapping[K, str], taken: Iterable[str] = ()
) -> dict[K, str]:
    """A distinct name for each; names are compared without case, because they become file names
    and exports.

    Args:
        wishes: Everybody in the scope.
        previous: Names that were given in an earlier run; they stay as they are, except for
        what is pinned now.
        taken: Names that nobody may have.
    """
    used = set(_folded(taken) if isinstance(taken, frozenset) else map(_fold, taken))
    given = dict[K, str]()
    waiting = list[Wish[K]]()
    wishes = list(wishes)
    pinned = {wish.candidates[0].casefold() for wish in wishes if wish.rank == 0}
    for wish in wishes:
        kept = previous.get(wish.key) if wish.rank else None
        folded = kept.casefold() if kept else ""
        if kept and folded not in used and folded not in pinned:
            given[wish.key] = kept
            used.add(folded)
        else:
            waiting.append(wish)
    ranks = sorted({(wish.rank, not wish.exact) for wish in waiting})
    for rank in ranks:
        group = [wish for wish in waiting if (wish.rank, not wish.exact) == rank]
        _settle_group(group, given, used)
    return given


@cache
def _folded(names: frozenset[str]) -> frozenset[str]:
    """The same few sets stand in the way of thousands of classes."""
    return frozenset(map(_fold, names))


def _fold(name: str) -> str:
    return name.casefold()


def _settle_group(group: list[Wish[K]], given: dict[K, str], used: set[str]) -> None:
    """Settle wishes of one rank: a candidate that two of them want goes to neither."""
    level = 0
    while group:
        wanted = Counter(
            wish.candidates[level].casefold()
            for wish in group
            if level < len(wish.candidates)
        )
        left = list[Wish[K]]()
        for wish in group:
            if level >= len(wish.candidates):
                given[wish.key] = _last_resort(wish, used)
                continue
            name = wish.candidates[level]
            if wanted[name.casefold()] == 1 and name.casefold() not in used:
                given[wish.key] = name
            else:
                left.append(wish)
        used.update(name.casefold() for name in given.values())
        group, level = left, level + 1


def _last_resort(wish: Wish[K], used: set[str]) -> str:
    base, salt = wish.candidates[-1], wish.salt
    joiner = (
        "" if base[:1].isupper() and "_" not in base and not base.isupper() else "_"
    )
    name = f"{base}{joiner}{digest(salt)}"
    while name.casefold() in used:
        salt += "'"
        name = f"{base}{joiner}{digest(salt)}"
    used.add(name.casefold())
    return name


def free_name(name: str, taken: Collection[str]) -> str:
    """The name, with an underscore where it is taken."""
    while name in taken:
        name += "_"
    return name
