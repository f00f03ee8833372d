"""Which group an operation is in, and which groups are in another one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clientpress.api.operations import Operation, Tag
from clientpress.diagnostics import Place, Report
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.dividing import divide
from clientpress.plan.identifiers import module_name

UNTAGGED = "operations"
"""The key of the operations that have no tag, where they are not divided."""
CLIENT = ""
"""The key of the operations that are methods of the client itself."""

# Attributes that the runtime's client has.
CLIENT_NAMES = ("close", "aclose", "request", "with_options", "options", "base_url")
# A group is an attribute of a class, whose decorators are looked up among its own names first.
_TAKEN = (*CLIENT_NAMES, "cached_property", "overload")
# Tags of these kinds say something about an operation, not where it belongs (OpenAPI 3.2, Tag Object).
_ASIDE = ("audience", "badge")


@dataclass(frozen=True, slots=True)
class Grouping:
    """The groups of an API, by their keys: names of tags, pinned ones, or what untagged operations
    have in common.

    Attributes:
        keys: The place of each operation → its group.
        heads: The place of an operation → the beginning of its id that only says the group.
        modules: Group → module stem, which is the attribute too.
        parents: Group → the group that it is an attribute of; the others are the client's.
    """

    keys: Mapping[Place, str]
    heads: Mapping[Place, str]
    modules: Mapping[str, str]
    parents: Mapping[str, str]

    def path(self, key: str) -> str:
        """How a group is reached from the client: `library.books`."""
        above = self.parents.get(key)
        own = self.modules[key]
        return f"{self.path(above)}.{own}" if above is not None else own

    def children(self, key: str) -> tuple[str, ...]:
        """The groups in a group."""
        return tuple(child for child in self.modules if self.parents.get(child) == key)


def group_operations(
    operations: Iterable[Operation], tags: Iterable[Tag], report: Report
) -> Grouping:
    """The group of each operation: pinned, its first tag, or what untagged ones have in common;
    and the tags that stand above those.
    """
    operations, known = tuple(operations), {tag.name: tag for tag in tags}
    told = {o.place: key for o in operations if (key := _key(o, known)) is not None}
    divided, heads = _divided([o for o in operations if o.place not in told], told)
    known_keys = {**told, **divided}
    keys = {o.place: known_keys[o.place] for o in operations}
    parents = dict[str, str]()
    for key in dict.fromkeys(keys.values()):
        _above(key, known, parents, report)
    listed = dict.fromkeys([*parents.values(), *keys.values()])
    return Grouping(keys, {**keys, **heads}, _modules(listed), parents)


def _modules(keys: Iterable[str]) -> dict[str, str]:
    """The module of each group; one that is called like an attribute of the client is a
    `request_group`.
    """
    wishes = list[Wish[str]]()
    for key in keys:
        name = module_name(key or "client")
        wishes.append(Wish(key, (name, f"{name}_group"), 1, name == key, key))
    return settle(wishes, {}, _TAKEN)


def _key(operation: Operation, known: Mapping[str, Tag]) -> str | None:
    """The group that the document names."""
    if operation.group:
        return CLIENT if operation.group == "client" else operation.group
    tags = [t for t in operation.tags if t not in known or known[t].kind not in _ASIDE]
    return tags[0] if tags else None


def _divided(
    untagged: Sequence[Operation], told: Mapping[Place, str]
) -> tuple[dict[Place, str], Mapping[Place, str]]:
    """The groups of untagged operations, and the beginnings of ids that only say them. A group
    that tags make too is theirs: `/containers` goes to the tag `Containers`.
    """
    division = divide(untagged)
    tagged = {module_name(key): key for key in told.values() if key != CLIENT}
    keys = dict[Place, str]()
    for operation in untagged:
        group = division.groups.get(operation.place, (UNTAGGED,))
        own = " ".join(group)
        keys[operation.place] = tagged.get(module_name(own), own)
    return keys, division.heads


def _above(
    key: str, known: Mapping[str, Tag], parents: dict[str, str], report: Report
) -> None:
    """Note the tags above a tag; a parent that leads nowhere is reported, and counts as none."""
    seen = {key}
    while key in known and known[key].parent and key not in parents:
        tag, above = known[key], known[key].parent
        if above not in known:
            message = f"there is no tag {above!r}"
            hint = f"It can be one of {', '.join(sorted(known))}."
            report.slip("CP102", tag.place.child("parent"), message, hint)
            return
        if above in seen:
            message = f"the tag {key!r} is above itself"
            report.slip("CP104", tag.place.child("parent"), message, "Take it out.")
            return
        seen.add(above)
        parents[key] = above
        key = above
