"""Which definition goes into which module of models.

Few models stand in one `models.py`. More of them are a package with a module for each group of
the API and one for what groups share, and a module that is too long is divided by resources. The
module of a definition depends on its own name and on what uses it, hardly on its neighbours.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace

from clientpress.diagnostics import Place
from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.dividing import (
    VERBS,
    Steps,
    less,
    path_steps,
    shared_steps,
    singular,
)
from clientpress.plan.identifiers import module_name, words
from clientpress.plan.reach import below
from clientpress.plan.types import (
    Alias,
    Definition,
    DictTwin,
    EnumClass,
    ModelClass,
    ModelsModule,
)

LONG = 1_500
"""Up to so many lines, all models stand in one module; a longer module is divided further."""
SHARED = "shared"
"""The module of what no group has for itself."""
# The lines that a resource needs for a module of its own; fewer where too much has none.
_ENOUGH = (150, 50)
# The words that a module's name has at most.
_MOST_WORDS = 7
# The characters of a line, less its indent.
_WIDTH = 80


def plan_modules(
    definitions: Mapping[str, Definition],
    names: Mapping[Place, str],
    users: Mapping[str, Collection[str]],
    paths: Iterable[str],
    title: str,
) -> tuple[ModelsModule, ...]:
    """The modules of models, with their definitions in order.

    Args:
        names: The name of each place.
        users: The module of each group → the definitions that its methods name; "" for the
            client itself.
        paths: The paths of all operations; they name resources.
        title: What the API is called.
    """
    sizes = {name: line_count(definition) for name, definition in definitions.items()}
    if sum(sizes.values()) <= LONG:
        whole = _in_order(definitions, definitions)
        return (ModelsModule("", f"Models of {title}.", whole),)
    groups = {_nouns(group): group for group in users if group}
    named = {*groups, *_resources_in(paths)}
    own = _subjects(definitions, named)
    owners = _owners(definitions, users)
    sections = dict[str, dict[str, _Subject]]()
    for name, root in _roots(definitions, names).items():
        subject = own[root]
        key = next((key for key in subject.beginnings() if key in groups), ())
        group = groups[key] if key else owners.get(root) or SHARED
        sections.setdefault(group, {})[name] = replace(subject, used=len(key))
    resources = {*named, *(subject.words for subject in own.values())}
    modules = dict[str, list[str]]()
    for group, members in sections.items():
        for part, inside in _divided(group, members, sizes, resources):
            modules.setdefault(part, []).extend(inside)
    return tuple(
        ModelsModule(module, _doc(module), _in_order(inside, definitions))
        for module, inside in sorted(modules.items())
    )


def _doc(module: str) -> str:
    if module == SHARED:
        return "Models that several groups share."
    return f"Models of the {' '.join(words(module))}."


# ------------------------------------------------------------------ words of names
@dataclass(frozen=True, slots=True)
class _Subject:
    """What a name is about.

    Attributes:
        words: The words of the name in singular.
        used: How many of them its module begins with.
    """

    words: Steps
    used: int = 0

    def beginnings(self) -> Iterator[Steps]:
        """The beginnings of the name, the longest first."""
        return (self.words[:end] for end in range(len(self.words), 0, -1))

    def next_resource(self, resources: Set[Steps]) -> Steps:
        """The next longer beginning that names a resource; none where that would be no name for
        a module.
        """
        for end in range(self.used + 1, min(len(self.words), _MOST_WORDS) + 1):
            whole, behind = self.words[:end], self.words[self.used : end]
            if (whole in resources or behind in resources) and whole[-1].isalpha():
                return whole
        return ()


def _nouns(text: str) -> Steps:
    return tuple(singular(word.lower()) for word in words(text))


def _subjects(definitions: Iterable[str], resources: Set[Steps]) -> dict[str, _Subject]:
    """What each definition is about: its name less what most names begin with, and less a verb
    before a resource, as in `CreateFileRequest`.
    """
    own = {name: _nouns(name) for name in definitions}
    shared = shared_steps(own.values(), len(own))
    own = {name: less(shared, steps) for name, steps in own.items()}
    known = {*resources, *own.values()}

    def about(steps: Steps) -> _Subject:
        if steps[0] in VERBS and steps[:1] not in known:
            behind = _Subject(steps[1:])
            if any(beginning in known for beginning in behind.beginnings()):
                return behind
        return _Subject(steps)

    return {name: about(steps) for name, steps in own.items()}


def _resources_in(paths: Iterable[str]) -> Iterator[Steps]:
    """What the segments of paths name: `/runs` are runs, and `/run` does something."""
    for path in paths:
        for step in path_steps(path):
            if step not in VERBS:
                yield _nouns(step)


# ------------------------------------------------------------------ what belongs together
def _roots(
    definitions: Mapping[str, Definition], names: Mapping[Place, str]
) -> dict[str, str]:
    """Each definition → the one that it shares a module with: its base, or the definition that it
    is another form of. So no two modules need each other when they are loaded.
    """

    def root(name: str) -> str:
        seen = set[str]()
        while name not in seen:
            seen.add(name)
            definition = definitions[name]
            owner = names.get(definition.place, name)
            if isinstance(definition, DictTwin):
                name = definition.model
            elif isinstance(definition, ModelClass):
                name = definition.base or name
            elif owner in definitions:
                name = owner
        return name

    return {name: root(name) for name in definitions}


def _owners(
    definitions: Mapping[str, Definition], users: Mapping[str, Collection[str]]
) -> dict[str, str]:
    """Each definition that is used, and the only group that uses it, or "" for several."""
    owners = dict[str, str]()
    todo = [(name, group) for group, named in users.items() for name in named]
    while todo:
        name, group = todo.pop()
        before = owners.get(name, group)
        owner = group if before == group else ""
        if owners.get(name) != owner:
            owners[name] = owner
            todo += [(inner, owner) for inner in below(definitions[name])]
    return owners


# ------------------------------------------------------------------ modules that are too long
def _divided(
    module: str,
    members: Mapping[str, _Subject],
    sizes: Mapping[str, int],
    resources: Set[Steps],
) -> Iterator[tuple[str, Iterable[str]]]:
    """A module, or the modules that it is divided into."""
    if _total(members, sizes) <= LONG:
        yield module, members
        return
    parts = dict[Steps, dict[str, _Subject]]()
    for name, subject in members.items():
        key = subject.next_resource(resources)
        parts.setdefault(key, {})[name] = replace(subject, used=len(key))
    rest = parts.pop((), {})
    small = list[Steps]()
    for enough in _ENOUGH:
        small = [key for key, x in parts.items() if _total(x, sizes) < enough]
        left = sum(_total(parts[key], sizes) for key in small)
        if left + _total(rest, sizes) <= LONG:
            break
    for key in small:
        rest |= parts.pop(key)
    if rest:
        yield module, rest
    for key, inside in parts.items():
        yield from _divided(module_name(" ".join(key)), inside, sizes, resources)


def _total(members: Iterable[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes[name] for name in members)


# ------------------------------------------------------------------ inside of a module
def _in_order(
    members: Collection[str], definitions: Mapping[str, Definition]
) -> tuple[Definition, ...]:
    """Definitions by name, each behind those that it needs when it is loaded, where they are in
    the same module and need it not in turn.
    """
    inside, placed, waiting = {*members}, dict[str, None](), set[str]()
    todo = sorted(inside, reverse=True)
    while todo:
        name = todo[-1]
        needed = _needed(definitions[name]) if name not in waiting else ()
        waiting.add(name)
        before = [x for x in needed if x in inside and x not in waiting]
        if before:
            todo += reversed(before)
        else:
            placed[todo.pop()] = None
    return tuple(definitions[name] for name in placed)


def _needed(definition: Definition) -> Iterable[str]:
    """The definitions that one evaluates when its module is loaded."""
    match definition:
        case ModelClass():
            return (definition.base,) if definition.base else ()
        case Alias():
            return dict.fromkeys(below(definition))
        case _:
            return ()


# ------------------------------------------------------------------ how long
def line_count(definition: Definition) -> int:
    """About how many lines a definition has, with the blank ones before it."""
    match definition:
        case ModelClass():
            members = ((m.annotation, m.doc) for m in definition.members)
            return 3 + _text(definition.doc) + sum(_member(*m) for m in members)
        case EnumClass():
            docs = (member.doc for member in definition.members)
            return 3 + _text(definition.doc) + sum(1 + _text(doc) for doc in docs)
        case Alias():
            return 2 + _text(definition.doc) + _lines(definition.annotation)
        case DictTwin():
            return 5 + sum(_lines(kind) for _, kind, _ in definition.members)


def _member(annotation: Annotation, doc: str) -> int:
    return _lines(annotation) + (_text(doc) + 1 if doc else 0)


def _text(text: str) -> int:
    return sum(1 + len(line) // _WIDTH for line in text.splitlines())


def _lines(annotation: Annotation) -> int:
    """The lines of an annotation: one, or one for each part of it."""
    parts = annotation.args if isinstance(annotation, a.Or) else (annotation,)
    widths = [*map(_width, parts)]
    if sum(widths) <= _WIDTH - 30:
        return 1
    return 2 + sum(
        1 if width <= _WIDTH else 2 + _count(part)
        for part, width in zip(parts, widths, strict=True)
    )


def _width(annotation: Annotation) -> int:
    match annotation:
        case a.Name():
            return len(annotation.text) + 3
        case a.Literal():
            return 9 + sum(len(str(value)) + 4 for value in annotation.values)
        case a.Tagged():
            tags = sum(len(tag) + len(name) + 8 for tag, name in annotation.mapping)
            return tags + _width(annotation.union)
        case a.Patterned():
            return _width(annotation.whole) + 40
        case a.Generic():
            return len(annotation.base.text) + 2 + sum(map(_width, annotation.args))
        case a.Or() | a.Arguments():
            return sum(map(_width, annotation.args))


def _count(annotation: Annotation) -> int:
    match annotation:
        case a.Literal():
            return len(annotation.values)
        case a.Tagged():
            return 4 + len(annotation.mapping) + len(annotation.union.args)
        case _:
            return 1
