"""How operations without a tag are divided into groups: by their ids, or by their paths.

First all operations together choose the way. Then each one has steps of its own:
`/v1/customers/{id}/sources` has `customers` and `sources`. The first step is the group, and only
a crowd is divided by the next one. A new operation therefore moves another one only when the
group that the other one belongs to first comes to exist.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeAlias

from clientpress.api.operations import Operation
from clientpress.diagnostics import Place
from clientpress.plan.identifiers import snake, words

FLAT = 25
"""Up to so many operations are one group: one class is easier to read than many small ones."""
CROWD = 75
"""A group of more operations is divided by the next step: Stripe's customers have 41, the
buckets of S3 have 62.
"""
# Share of all operations: a beginning that so many have in common says nothing about one of them.
_MOST = 0.75
# Share of all operations: a way fits if so many of them are in a group with another one.
_ENOUGH = 0.5

Steps: TypeAlias = tuple[str, ...]

VERSION = re.compile(
    r"v?\d+([._]\d+)*((alpha|beta|rc)\d*)?|\d{4}-\d\d(-\d\d)?", re.IGNORECASE
)
# Segments of paths that name no resource.
FILLERS = frozenset({"api", "apis", "rest", "rpc", "json"})
VERBS = frozenset(words("""
    abort accept activate add allocate append apply approve archive assign attach authorize ban
    batch bulk calculate cancel capture check clear clone close complete compute confirm convert copy
    count create deactivate decline delete deny describe destroy detach disable discard dismiss
    download duplicate edit enable end execute exists export fetch filter find finish forward
    generate get getall grant head import index insert install invite invoke issue join kill leave
    link list listall load lock login logout lookup mark merge migrate modify move notify open
    partial patch pause ping post preview process publish pull purge push put query read receive
    refresh refund register reject release remove rename renew replace report request reset resize
    resolve restart restore resume retrieve retry revoke rotate run save search send set share
    show sign start stop submit subscribe suspend swap sync test transfer trigger unarchive
    unassign unban undelete uninstall unlink unlock unpin unpublish unsubscribe update upload
    upsert use validate verify view watch write
    """))
# Words before a verb: `BatchGetItem` is done to items.
_MANY = frozenset({"batch", "bulk", "transact"})


class Way(Protocol):
    """A way to divide operations."""

    def steps(self, operations: Sequence[Operation]) -> dict[Place, Steps]:
        """The steps of each operation that has some."""
        ...

    def head(self, operation: Operation, group: Steps) -> str:
        """The beginning of the operation's id that only says the group."""
        ...


@dataclass(frozen=True, slots=True)
class Division:
    """The groups of untagged operations.

    Attributes:
        groups: The place of each operation that is in a group → the group's steps.
        heads: The place of an operation → the beginning of its id that only says the group.
    """

    groups: Mapping[Place, Steps] = field(default_factory=dict[Place, Steps])
    heads: Mapping[Place, str] = field(default_factory=dict[Place, str])


def divide(operations: Sequence[Operation]) -> Division:
    """The groups of operations that have no tag; none for a few, or where no way fits."""
    way = choose_way(operations)
    if way is None:
        return Division()
    groups = gather(way.steps(operations))
    heads = {
        o.place: way.head(o, groups[o.place]) for o in operations if o.place in groups
    }
    return Division(groups, heads)


def choose_way(operations: Sequence[Operation]) -> Way | None:
    """The first way that fits; None for a few operations."""
    if len(operations) <= FLAT:
        return None
    return next((way for way in _ways(operations) if _fits(way, operations)), None)


def _ways(operations: Sequence[Operation]) -> Iterator[Way]:
    for separator in ("/", ".", ":"):
        plain = SeparatedIds(separator).steps(operations)
        if len(plain) >= _MOST * len(operations):
            yield SeparatedIds(separator, shared_steps(plain.values(), len(operations)))
    named = ResourcesAndVerbs()
    if len(named.steps(operations)) >= _MOST * len(operations):
        yield named
    yield Paths(shared_steps(Paths().steps(operations).values(), len(operations)))
    yield Nouns()


def _fits(way: Way, operations: Sequence[Operation]) -> bool:
    """Whether it brings different things together: `movePadUsingGET` and `movePadUsingPOST` of
    one path are one thing.
    """
    groups = gather(way.steps(operations))
    inside = dict[Steps, set[str]]()
    for operation in operations:
        if group := groups.get(operation.place):
            inside.setdefault(group, set()).add(_thing(operation))
    together = sum(len(things) for things in inside.values() if len(things) > 1)
    return len(inside) > 1 and together >= _ENOUGH * len({*map(_thing, operations)})


def _thing(operation: Operation) -> str:
    return f"{operation.path} {_without_method(operation) or operation.method}"


def gather(steps: Mapping[Place, Steps], depth: int = 1) -> dict[Place, Steps]:
    """The group of each operation that has steps: the first one, and more of them in crowds."""
    inside = dict[Steps, dict[Place, Steps]]()
    for place, own in steps.items():
        inside.setdefault(own[:depth], {})[place] = own
    groups = dict[Place, Steps]()
    for group, members in inside.items():
        groups |= dict.fromkeys(members, group)
        if len(members) > CROWD:
            below = {p: own for p, own in members.items() if len(own) > depth}
            groups |= gather(below, depth + 1)
    return groups


def shared_steps(all_steps: Collection[Steps], total: int) -> Steps:
    """The steps that most operations begin with, with another one behind."""
    shared: Steps = ()
    while True:
        size = len(shared)
        following = Counter(
            own[size]
            for own in all_steps
            if len(own) > size + 1 and own[:size] == shared
        )
        for step, count in following.items():
            if count >= _MOST * total:
                shared = (*shared, step)
        if len(shared) == size:
            return shared


def less(shared: Steps, steps: Steps) -> Steps:
    """Steps without those that most have; the last one is left."""
    count = 0
    for own, other in zip(steps[:-1], shared, strict=False):
        if own != other:
            break
        count += 1
    return steps[count:]


# ------------------------------------------------------------- by ids


@dataclass(frozen=True, slots=True)
class SeparatedIds:
    """`pubsub.projects.topics.create` and `issues/list` say where they belong."""

    separator: str
    shared: Steps = ()

    def steps(self, operations: Sequence[Operation]) -> dict[Place, Steps]:
        """The parts of each id but the last one."""
        parts = {o.place: self._parts(o) for o in operations}
        return {p: less(self.shared, own) for p, own in parts.items() if own}

    def head(self, operation: Operation, group: Steps) -> str:
        """The id as far as the group."""
        own = self._parts(operation)
        count = len(own) - len(less(self.shared, own)) + len(group)
        return self.separator.join(operation.id.split(self.separator)[:count])

    def _parts(self, operation: Operation) -> Steps:
        parts = operation.id.split(self.separator)
        return tuple(map(snake, parts[:-1])) if all(parts) else ()


@dataclass(frozen=True, slots=True)
class ResourcesAndVerbs:
    """`customers_list` and `customers_sources_list` are in the group customers; `list_customers`
    says nothing here.
    """

    def steps(self, operations: Sequence[Operation]) -> dict[Place, Steps]:
        """What stands before the verb, divided after each beginning that is a resource itself."""
        resources = dict[Place, Steps]()
        for operation in operations:
            parts = re.split("[_-]", operation.id)
            if all(parts) and (count := _words_before_verb(parts)):
                resources[operation.place] = tuple(map(snake, parts[:count]))
        return _stepwise(resources, {*resources.values()})

    def head(self, operation: Operation, group: Steps) -> str:
        """The id as far as the group."""
        count = sum(len(step.split(" ")) for step in group)
        ends = [separator.start() for separator in re.finditer("[_-]", operation.id)]
        return operation.id[: ends[count - 1]]


def _words_before_verb(parts: Sequence[str]) -> int:
    """How many parts stand before the verb; 0 where it is the first, or there is none."""
    for count, part in enumerate(parts):
        if words(part) and words(part)[0].lower() in VERBS:
            return count
    return 0


@dataclass(frozen=True, slots=True)
class Nouns:
    """`CreateBucket` and `DeleteBucket` make the group bucket, which has `GetBucketPolicy` too: a
    noun that follows two different verbs is a resource.
    """

    def steps(self, operations: Sequence[Operation]) -> dict[Place, Steps]:
        """The resources that the words after the verb begin with."""
        nouns = dict[Place, Steps]()
        verbs = dict[Steps, set[str]]()
        for operation in operations:
            verb, *behind = _verb_and_nouns(operation)
            if behind:
                nouns[operation.place] = tuple(behind)
                verbs.setdefault(tuple(behind), set()).add(verb)
        resources = {name for name, before in verbs.items() if len(before) > 1}
        return _stepwise(nouns, resources)

    def head(self, operation: Operation, group: Steps) -> str:
        """None: the verb stands first."""
        return ""


def _verb_and_nouns(operation: Operation) -> Steps:
    own = [word.lower() for word in words(_without_method(operation))] or [""]
    if len(own) > 2 and own[0] in _MANY and own[1] in VERBS:
        own = own[1:]
    if "by" in own[2:]:
        own = own[: own.index("by", 2)]
    return (own[0], *map(singular, own[1:]))


def _without_method(operation: Operation) -> str:
    """The id of an operation without its method: `GET_DescribeHosts`, `movePadUsingPOST`."""
    method = operation.method.upper()
    return operation.id.removeprefix(f"{method}_").removesuffix(f"Using{method}")


_CONTROLLER = re.compile(r"^[A-Za-z0-9]+Controller[_.](?=\w)")


def plain_id(operation: Operation) -> str:
    """The id of an operation without what frameworks add: `read_items_items__get` (FastAPI) is
    `read_items`, `ItemsController_findAll` (NestJS) is `findAll`.
    """
    path = re.sub(r"\W", "_", operation.path)
    own = (
        operation.id.removesuffix(f"{path}_{operation.method.lower()}") or operation.id
    )
    return _CONTROLLER.sub("", own)


def last_part(id: str) -> str:
    """What an id calls the operation itself: `issues/list` and `pubsub.topics.list` say `list`."""
    return re.split("[/.:]", id.rstrip("/.:"))[-1]


def singular(word: str) -> str:
    """The singular of a word in lower case: `batches` becomes `batch`."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    is_plural = word.endswith("s") and not word.endswith(("ss", "us", "is"))
    is_plural = is_plural and word.rpartition("_")[2] not in ("mms", "sms")
    return word[:-1] if is_plural and len(word) > 3 else word


def _stepwise(
    names: Mapping[Place, Steps], resources: Collection[Steps]
) -> dict[Place, Steps]:
    """The resources that each name begins with, each without the words of the one before:
    `transit gateway` and `route table`.
    """
    steps = dict[Place, Steps]()
    for place, name in names.items():
        ends = [n for n in range(1, len(name) + 1) if name[:n] in resources]
        if ends:
            pairs = zip([0, *ends], ends, strict=False)
            steps[place] = tuple(" ".join(name[a:b]) for a, b in pairs)
    return steps


# ------------------------------------------------------------- by paths


@dataclass(frozen=True, slots=True)
class Paths:
    """`/v1/customers/{id}/sources` is in the group customers."""

    shared: Steps = ()

    def steps(self, operations: Sequence[Operation]) -> dict[Place, Steps]:
        """What each path names."""
        named = {o.place: path_steps(o.path) for o in operations}
        return {p: less(self.shared, own) for p, own in named.items() if own}

    def head(self, operation: Operation, group: Steps) -> str:
        """The group: an id may begin with it all the same."""
        return " ".join(group)


def path_steps(path: str) -> Steps:
    """The segments of a path that are neither versions nor parameters; `/topics:publish` and
    `/chat.post` name topics and chat.
    """
    steps = list[str]()
    for segment in re.split("[#?]", path)[0].split("/"):
        plain = re.split("[:(]", segment)[0]
        if "{" not in plain and not VERSION.fullmatch(plain):
            steps += [snake(piece) for piece in plain.split(".") if words(piece)]
    return tuple(step for step in steps if step not in FILLERS)
