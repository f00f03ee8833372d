"""Groups and methods as the resources of paths: `POST /chat/completions` is `chat.completions.create`.

The static segments of a path are the groups, and the HTTP method is the method: a collection has
`list` and `create`, an item of it `retrieve`, `update` and `delete`. Corrections come from the
operationId, from the other operations, and from the shape of the answer:

- an action is a method of the resource around it: `POST /batches/{id}/cancel` is `batches.cancel`;
- a resource with a single operation is a method too, if the resource around it has methods of its
  own: `GET /orders/{id}/receipt` is `orders.retrieve_receipt`;
- what says nothing is left out: versions, `/api`, and segments that most paths begin with.

Operations whose paths are not those of resources (`POST /sendMessage`) have no group here.
Of two operations that come to one name, the later version is in a group of its own (`v2.chat`), or
the parameters of the path tell them apart (`runs.list`, `runs.list_by_mission_id`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from clientpress.api import schemas as s
from clientpress.api.operations import Operation, Response
from clientpress.api.schemas import Schema, followed
from clientpress.diagnostics import Place
from clientpress.plan.dividing import (
    FILLERS,
    VERBS,
    VERSION,
    Steps,
    last_part,
    less,
    plain_id,
    shared_steps,
    singular,
)
from clientpress.plan.identifiers import snake, words
from clientpress.plan.media import is_json


@dataclass(frozen=True, slots=True)
class Named:
    """The name of an operation.

    Attributes:
        group: The attributes that lead from the client to its group; empty if the path says none.
        method: The words of its method.
    """

    group: Steps
    method: str


def name_by_paths(
    operations: Sequence[Operation], schemas: Mapping[Place, Schema]
) -> dict[Place, Named]:
    """The names of operations as those of resources."""
    return _Resources(operations, schemas).names()


# ------------------------------------------------------------------ paths
@dataclass(frozen=True, slots=True)
class _Segment:
    """A step of a path.

    Attributes:
        text: In words joined by underscores; empty for a parameter.
        is_action: Whether the path itself says that it is done to what is before it: `:cancel`.
    """

    text: str
    is_action: bool = False


# Endings that say the format of the answer, not the resource.
_FORMATS = re.compile(r"\.(json|xml|yaml|csv|txt|pdf|html)$", re.IGNORECASE)


def _segments(path: str) -> tuple[_Segment, ...]:
    """The steps of a path, without those that name nothing."""
    steps = list[_Segment]()
    for segment in re.split("[#?]", path)[0].strip("/").split("/"):
        plain, _, action = _FORMATS.sub("", segment).partition(":")
        if "{" in plain:
            steps.append(_Segment(""))
        elif words(plain):
            pieces = [snake(piece) for piece in plain.split(".") if words(piece)]
            steps += map(_Segment, pieces[:-1])
            # `/chat.postMessage` is an action of chat.
            steps.append(_Segment(pieces[-1], is_action=len(pieces) > 1))
        if words(action):
            steps.append(_Segment(snake(action), is_action=True))
    named = [x for x in steps if x.text and not VERSION.fullmatch(x.text)]
    telling = [x for x in named if x.text not in FILLERS] or named[-1:]
    return tuple(x for x in steps if not x.text or x in telling)


def _blank(path: str) -> str:
    """A path without the names of its parameters, and without a format."""
    plain = _FORMATS.sub("", re.split("[#?]", path)[0].rstrip("/"))
    return re.sub(r"\{[^}]*\}", "{}", plain)


# ------------------------------------------------------------------ words
# First words of operationIds that say no more than the HTTP method does.
_LISTS = frozenset({"list", "find", "search", "query", "index"})
_GETS = frozenset(words("get retrieve fetch read show view describe load download"))
_CREATES = frozenset(
    words("create post new make insert register submit add assign put upload")
)
_UPDATES = frozenset(words("update modify patch edit change put set"))
_DELETES = frozenset(words("delete remove destroy unassign"))
_PLAIN = _LISTS | _GETS | _CREATES | _UPDATES | _DELETES | {"batch", "bulk"}
# Of so few groups, what they have in common is a resource too.
_FEW = 5
# `POST /calls/{id}/actions/hangup` is `calls.actions.hangup`.
_ACTIONS = frozenset({"action", "actions", "command", "commands"})
# Nouns for what verbs do, where the operation is about something else: `/images/generations`
# with the operationId `createImage` is `images.generate`.
_NOUNS = {"generations": "generate", "extensions": "extend", "edits": "edit"}
_METHODS = {
    "GET": "retrieve",
    "PUT": "update",
    "PATCH": "update",
    "DELETE": "delete",
    "POST": "update",
}


def is_verb(word: str) -> bool:
    """Whether a word is a verb: one of a list, or one that ends like `summarize`."""
    return word in VERBS or (len(word) > 5 and word.endswith(("ize", "ify")))


def is_plural(word: str) -> bool:
    """Whether a word is a plural."""
    return singular(word) != word


def _verb_first(name: str) -> str:
    """`playback_start` is `start_playback`."""
    first, *rest = name.split("_")
    if rest and is_verb(rest[-1]) and not is_verb(first):
        return "_".join([rest[-1], first, *rest[:-1]])
    return name


def _id_words(operation: Operation) -> Steps:
    return tuple(word.lower() for word in words(last_part(plain_id(operation))))


def _verb(own: Steps) -> str:
    """The verb that an operationId begins with: `CallJoin` may have a word before it."""
    return next((w for w in own[:2] if is_verb(w) or w in _PLAIN), "")


# ------------------------------------------------------------------ names
class _Resources:
    """What all operations together say.

    Args:
        schemas: The schemas that references lead to.
    """

    def __init__(
        self, operations: Sequence[Operation], schemas: Mapping[Place, Schema]
    ) -> None:
        self._operations, self._schemas = operations, schemas
        self._segments = {o.place: _segments(o.path) for o in operations}
        # Path → the methods that it has.
        self._methods = dict[str, set[str]]()
        # Path → how many paths go on from there.
        self._below = Counter[str]()
        for operation in operations:
            path = _blank(operation.path)
            if path not in self._methods:
                parts = path.split("/")
                self._below.update("/".join(parts[:n]) for n in range(2, len(parts)))
            self._methods.setdefault(path, set()).add(operation.method.upper())

    def names(self) -> dict[Place, Named]:
        """The name of each operation."""
        named = {o.place: self._name(o) for o in self._operations}
        groups = [name.group for name in named.values()]
        many = len({*groups}) > _FEW
        shared = shared_steps(groups, len(groups)) if many else ()
        folded = self._folded(
            {
                place: replace(name, group=less(shared, name.group))
                for place, name in named.items()
            }
        )
        return self._told_apart(folded)

    def _name(self, operation: Operation) -> Named:
        segments = self._segments[operation.place]
        static = tuple(segment.text for segment in segments if segment.text)
        if not static:
            return Named((), "")
        around, leaf, last = static[:-1], static[-1], segments[-1]
        if last.is_action or (around and self._is_action(operation, leaf)):
            return Named(around, _verb_first(leaf))
        if last.text and not around and self._is_call(operation, leaf):
            return Named((), leaf)
        if not last.text:
            return Named(static, self._of_item(operation))
        if around and (name := self._of_resource_around(operation, leaf)):
            return Named(around, name)
        return Named(static, self._of_collection(operation, leaf))

    def _methods_of(self, operation: Operation) -> set[str]:
        """The HTTP methods that the path of an operation has."""
        return self._methods[_blank(operation.path)]

    def _is_alone(self, operation: Operation) -> bool:
        """Whether no other operation has its path, or one that goes on from there."""
        is_single = len(self._methods_of(operation)) == 1
        return is_single and not self._below[_blank(operation.path)]

    def _is_action(self, operation: Operation, leaf: str) -> bool:
        """Whether the last name of a path is something that is done."""
        method, said = operation.method.upper(), _id_words(operation)
        own, verb = tuple(leaf.split("_")), _verb(said)
        first, last = own[0], own[-1]
        before, end = self._segments[operation.place][-2:]
        if not end.text:  # `/campaigns/accept_sharing/{id}`
            alone = len(self._methods_of(operation)) == 1
            return alone and method != "GET" and is_verb(first) and verb == first
        if method == "DELETE" or not self._is_alone(operation):
            return False
        if method == "GET":
            return is_verb(leaf) and leaf not in _LISTS
        if before.text in _ACTIONS:
            return True
        if is_verb(first) and first != "list":
            return first == leaf or not is_plural(leaf)
        if verb == last and is_verb(last):
            return True
        ends = not verb and said[-len(own) :] == own
        starts = bool(said) and said[0].startswith(first) and first not in _CREATES
        return ends or starts

    def _is_call(self, operation: Operation, leaf: str) -> bool:
        """Whether a path is that of a procedure, and not of a resource: `/sendMessage`."""
        own, said = leaf.split("_"), "".join(_id_words(operation))
        same = "".join(own), "".join([*own, _version(operation.path)])
        is_same = operation.method.upper() == "POST" and said in same
        return self._is_alone(operation) and (is_verb(own[0]) or is_same)

    def _of_item(self, operation: Operation) -> str:
        """The method of a path that ends with a parameter."""
        method, said = operation.method.upper(), _id_words(operation)
        others = self._methods_of(operation)
        if method != "GET" and (verb := _own_verb(said)):
            return verb
        if method == "POST" and others & {"PUT", "PATCH"}:
            return "create"
        return _usual(method, others)

    def _of_resource_around(self, operation: Operation, leaf: str) -> str:
        """The method of the resource before the last name of a path, if that name is no resource."""
        if not self._is_alone(operation):
            return ""
        method, said = operation.method.upper(), _id_words(operation)
        own, one = tuple(leaf.split("_")), singular(leaf)
        if method == "GET":
            names_it = said[-len(own) :] == own and not _verb(said)
            return leaf if names_it or self._is_file(operation) else ""
        if method == "POST" and leaf in _NOUNS and not {leaf, one} & {*said}:
            return _NOUNS[leaf]
        if method == "POST" and one != leaf and is_verb(one):
            return one
        return leaf if said[: len(own)] == own else ""

    def _of_collection(self, operation: Operation, leaf: str) -> str:
        """The method of a path that ends with a name."""
        method, said = operation.method.upper(), _id_words(operation)
        if method == "GET":
            return "list" if self._is_list(operation, leaf) else "retrieve"
        if method == "POST":
            if _verb(said) in _UPDATES:
                return "update"
            verb = _own_verb(said)
            return verb if verb and verb != singular(leaf) else "create"
        return _usual(method, self._methods_of(operation))

    def _folded(self, named: Mapping[Place, Named]) -> dict[Place, Named]:
        """The names, where a resource with one operation is a method of the one around it."""
        calls = {
            (o.method, _blank(o.path), named[o.place].group) for o in self._operations
        }
        inside = Counter(group for _, _, group in calls)
        around = {n.group[:k] for n in named.values() for k in range(len(n.group))}
        folded = dict(named)
        for operation in self._operations:
            name = named[operation.place]
            above, is_get = name.group[:-1], operation.method.upper() == "GET"
            if (
                above
                and self._segments[operation.place][-1].text == name.group[-1]
                and inside[name.group] == 1
                and name.group not in around
                and (is_get or inside[above])
                and not (name.method == "list" and _is_paged(operation))
            ):
                leaf = name.group[-1]
                noun = leaf if name.method in ("list", "retrieve") else singular(leaf)
                folded[operation.place] = Named(above, f"{name.method}_{noun}")
        return folded

    def _told_apart(self, named: Mapping[Place, Named]) -> dict[Place, Named]:
        """The names, where those that several operations have say their version or parameters."""
        sharing = dict[Named, list[Operation]]()
        for operation in self._operations:
            if named[operation.place].method:
                sharing.setdefault(named[operation.place], []).append(operation)
        apart = dict(named)
        for name, operations in sharing.items():
            versions = {o.place: _version(o.path) for o in operations}
            if len({*versions.values()}) == len(operations) > 1:
                first = min(versions.values(), key=_by_number)
                for place, version in versions.items():
                    if version != first:
                        apart[place] = replace(name, group=(version, *name.group))
            elif len({self._segments[o.place][-1].text for o in operations}) == 1:
                for operation in operations:
                    if own := _own_parameters(operation, operations):
                        method = f"{name.method}_by_{'_and_'.join(own)}"
                        apart[operation.place] = replace(name, method=method)
        return apart

    # -------------------------------------------------------------- answers
    def _is_list(self, operation: Operation, leaf: str) -> bool:
        """Whether the answer is a list: the id says so, it has pages, or items have paths below."""
        item = self._methods.get(f"{_blank(operation.path)}/{{}}", set[str]())
        said = _verb(_id_words(operation))
        if said == "list" or "GET" in item or _is_paged(operation):
            return True
        if self._methods_of(operation) & {"PUT", "PATCH"}:
            return False  # settings
        return is_plural(leaf) and (said in _LISTS or self._holds_list(operation))

    def _holds_list(self, operation: Operation) -> bool:
        """Whether the answer is a list, an object with one list, or not described."""
        response = _success(operation)
        media = response.media if response else ()
        schema = next((m.schema for m in media if is_json(m.name)), None)
        whole = followed(schema, self._schemas) if schema else None
        if whole is None or isinstance(whole, (s.Anything, s.Array)):
            return True
        fields = whole.fields if isinstance(whole, s.Object) else ()
        lists = [
            f for f in fields if isinstance(followed(f.schema, self._schemas), s.Array)
        ]
        return len(lists) == 1

    def _is_text(self, schema: Schema | None) -> bool:
        return schema is not None and isinstance(
            followed(schema, self._schemas), s.Primitive
        )

    def _is_file(self, operation: Operation) -> bool:
        """Whether the answer is something else than JSON, or a text that is only called JSON."""
        response = _success(operation)
        media = response.media if response else ()
        return bool(media) and not any(
            is_json(m.name) and not self._is_text(m.schema) for m in media
        )


def _version(path: str) -> str:
    """The versions in a path as a name: `v2`; empty for none."""
    steps = path.strip("/").split("/")
    return "_".join(snake(step) for step in steps if VERSION.fullmatch(step))


def _by_number(version: str) -> tuple[list[int], bool, str]:
    """What versions are sorted by: `v2` comes before `v10`, `v2` before `v2_beta`."""
    numbers = [int(digits) for digits in re.findall(r"\d+", version)]
    return numbers, bool(re.search(r"\d_*[a-z]", version)), version


def _own_parameters(operation: Operation, operations: Sequence[Operation]) -> list[str]:
    """The parameters of a path that not all of the operations have."""
    names: dict[Place, list[str]] = {
        o.place: re.findall(r"\{([^}]*)\}", o.path) for o in operations
    }
    own = names.pop(operation.place)
    return [snake(x) for x in own if not all(x in other for other in names.values())]


def _own_verb(said: Steps) -> str:
    """The verb of an operationId, if it says more than the HTTP method: `enable`."""
    verb = _verb(said[:1])
    return verb if verb not in _PLAIN else ""


def _usual(method: str, others: set[str]) -> str:
    """The method for an HTTP method; `replace` is beside `update`."""
    if method == "PUT" and "PATCH" in others:
        return "replace"
    return _METHODS.get(method, method.lower())


# Query parameters of pages.
_PAGING = frozenset(
    {
        *(
            "page",
            "per_page",
            "page_size",
            "page_token",
            "page_number",
            "limit",
            "offset",
        ),
        *("cursor", "after", "before", "starting_after", "skip", "max_results"),
    }
)


def _is_paged(operation: Operation) -> bool:
    """Whether an operation can be asked for a page."""
    queries = {snake(p.wire) for p in operation.parameters if p.location == "query"}
    return operation.pagination is not None or not _PAGING.isdisjoint(queries)


def _success(operation: Operation) -> Response | None:
    """The response of a success."""
    return next((r for r in operation.responses if r.status[:1] == "2"), None)
