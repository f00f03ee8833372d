"""Which group an operation is in, which groups are in another one, and what a method is called."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clientpress.api.naming import Naming
from clientpress.api.operations import Operation, Tag
from clientpress.api.schemas import Schema
from clientpress.diagnostics import Place, Report
from clientpress.plan.collisions import Wish, settle
from clientpress.plan.dividing import FLAT, divide
from clientpress.plan.identifiers import module_name
from clientpress.plan.resources import Named, name_by_paths

UNTAGGED = "operations"
"""The key of the operations that neither their path nor a tag gives a group, if they are many or named
by their ids.
"""
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
    """The groups of an API, by their keys: names of tags, pinned ones, resources (`chat.completions`),
    or what untagged operations have in common.

    Attributes:
        keys: The place of each operation → its group.
        heads: The place of an operation → the beginning of its id that only says the group; None
            in the groups of paths.
        modules: Group → module stem.
        attributes: Group → its attribute.
        parents: Group → the group that it is an attribute of; the others are the client's.
        methods: The place of an operation → the words of its method, where the path says them.
        kept: The place of an operation → how an earlier run called its method.
    """

    keys: Mapping[Place, str]
    heads: Mapping[Place, str | None]
    modules: Mapping[str, str]
    attributes: Mapping[str, str]
    parents: Mapping[str, str]
    methods: Mapping[Place, str] = field(default_factory=dict[Place, str])
    kept: Mapping[Place, str] = field(default_factory=dict[Place, str])

    def path(self, key: str) -> str:
        """How a group is reached from the client: `library.books`."""
        above = self.parents.get(key)
        own = self.attributes[key]
        return f"{self.path(above)}.{own}" if above is not None else own

    def children(self, key: str) -> tuple[str, ...]:
        """The groups in a group."""
        return tuple(child for child in self.modules if self.parents.get(child) == key)


def group_operations(
    operations: Sequence[Operation],
    tags: Iterable[Tag],
    schemas: Mapping[Place, Schema],
    naming: Naming,
    previous: Mapping[Place, str],
    report: Report,
) -> Grouping:
    """The group of each operation: pinned, that of its path, its first tag, or what untagged ones
    have in common; and the groups around those.

    Args:
        schemas: The schemas that references lead to.
        previous: How an earlier run called the operations, by place: `chat.completions.create`.
    """
    known = {tag.name: tag for tag in tags}
    told = {o.place: key for o in operations if (key := _key(o, known)) is not None}
    above = {tag.parent for tag in known.values()}
    pinned = {
        o.place
        for o in operations
        if o.group
        or (
            (key := told.get(o.place))
            and (o.name or key in above or (key in known and known[key].parent))
        )
    }
    named = dict[Place, Named]()
    if naming is Naming.RESOURCE:
        named = _named(name_by_paths(operations, schemas), pinned, previous)
    resources, parents = _resources(named, told)
    for operation in operations:
        steps = operation.group.split(".")
        for i in range(1, len(steps)):
            parents[".".join(steps[: i + 1])] = ".".join(steps[:i])
    told |= resources
    untagged = [o for o in operations if o.place not in told]
    kept = {o.place: path for o in untagged if (path := previous.get(o.place))}
    # `POST /sendMessage` is a method of the client.
    is_small = len(untagged) <= FLAT or any("." not in path for path in kept.values())
    rest = CLIENT if naming is Naming.RESOURCE and is_small else UNTAGGED
    divided, heads = _divided(untagged, told, rest)
    # Where an earlier run had a group, it stays.
    divided |= {p: path.rpartition(".")[0] for p, path in kept.items()}
    known_keys = {**told, **divided}
    keys = {o.place: known_keys[o.place] for o in operations}
    for key in dict.fromkeys(keys.values()):
        _above(key, known, parents, report)
    listed = dict.fromkeys([*parents.values(), *keys.values()])
    methods = [path for path in previous.values() if "." not in path]
    modules = _modules(listed, methods)
    attributes = {
        key: modules[key] if key not in parents else _attribute(key, parents, modules)
        for key in modules
    }
    return Grouping(
        keys,
        {**keys, **heads, **dict.fromkeys(resources)},
        modules,
        attributes,
        parents,
        {place: name.method for place, name in named.items() if name.method},
        {place: name.rpartition(".")[2] for place, name in previous.items()},
    )


def _named(
    named: Mapping[Place, Named],
    pinned: Collection[Place],
    previous: Mapping[Place, str],
) -> dict[Place, Named]:
    """The names that are not pinned; where an earlier run had a group, it stays."""
    kept = dict[Place, Named]()
    for place, name in named.items():
        if place not in pinned:
            path = previous.get(place)
            group = path.split(".")[:-1] if path else name.group
            kept[place] = replace(name, group=tuple(group))
    return kept


def _resources(
    named: Mapping[Place, Named], told: Mapping[Place, str]
) -> tuple[dict[Place, str], dict[str, str]]:
    """The groups of paths, and the groups around those. A group that a tag makes too is the tag's."""
    tagged = {module_name(key): key for key in told.values() if key != CLIENT}
    keys, parents = dict[Place, str](), dict[str, str]()
    for place, name in named.items():
        if not name.group:
            continue
        key, *inner = name.group
        key = tagged.get(key, key)
        for step in inner:
            parents[f"{key}.{step}"] = key
            key = f"{key}.{step}"
        keys[place] = key
    return keys, parents


def _attribute(key: str, parents: Mapping[str, str], modules: Mapping[str, str]) -> str:
    """The attribute of a group in another one: of a resource, its last step."""
    step = key.removeprefix(f"{parents[key]}.")
    if step == key:
        return modules[key]
    name = module_name(step)
    return f"{name}_group" if name in _TAKEN else name


def _modules(keys: Iterable[str], methods: Iterable[str]) -> dict[str, str]:
    """The module of each group; one that is called like an attribute of the client is a
    `request_group`.

    Args:
        methods: The methods that the client had in an earlier run.
    """
    wishes = list[Wish[str]]()
    for key in keys:
        name = module_name(key or "client")
        wishes.append(Wish(key, (name, f"{name}_group"), 1, name == key, key))
    return settle(wishes, {}, (*_TAKEN, *methods))


def _key(operation: Operation, known: Mapping[str, Tag]) -> str | None:
    """The group that the document names."""
    if operation.group:
        return CLIENT if operation.group == "client" else operation.group
    tags = [t for t in operation.tags if t not in known or known[t].kind not in _ASIDE]
    return tags[0] if tags else None


def _divided(
    untagged: Sequence[Operation], told: Mapping[Place, str], rest: str
) -> tuple[dict[Place, str], Mapping[Place, str]]:
    """The groups of untagged operations, and the beginnings of ids that only say them. A group
    that tags make too is theirs: `/containers` goes to the tag `Containers`.

    Args:
        rest: The key of what is in no group.
    """
    division = divide(untagged)
    tagged = {module_name(key): key for key in told.values() if key != CLIENT}
    keys = dict[Place, str]()
    for operation in untagged:
        own = " ".join(division.groups.get(operation.place, (rest,)))
        keys[operation.place] = tagged.get(module_name(own), own) if own else own
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
