"""A generated module while it is written: what is printed in it is imported in it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from typing import TypeAlias

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation, Name, Origin
from clientpress.plan.symbols import (
    ABSTRACT,
    HOME_OF,
    MODULE_OF,
    STANDARD,
    TYPING,
)
from clientpress.render import layout
from clientpress.render.fragments import Py
from clientpress.render.layout import Doc

LocalNames: TypeAlias = Mapping[tuple[str, str], str]
"""(module, name) → what it is called where it is imported."""

RESERVED = frozenset({*MODULE_OF, *ABSTRACT, "TYPE_CHECKING", *TYPING})
"""What a module with operations may import; models that are called like that get another name."""


class Loads(Enum):
    """What of the names in the annotations of a module is imported at run time, not for checkers
    only.
    """

    NOTHING = "nothing"
    ALL_BUT_MODELS = "all but models"
    """Models of other modules are loaded when they are used."""
    ALL = "all"


class Module:
    """Prints the expressions of one module, and gathers the imports of the names in them.

    What stands in an annotation or in quotes is imported for checkers only, everything else when
    the module is loaded.

    Args:
        folder: The dots that lead to the folder of the package.
        group: The module itself, if it is one of a group.
        taken: Names that models cannot have here; one that is called so gets another name.
        hidden: What classes of the module have: builtins of that name are hidden there.
        models: The module that a model is imported from, if not the package of models; empty
            for the module itself.
        local: What names of other modules, those of the runtime or of groups, are called here.
        late: Modules that import this one as well; they are imported behind its constants.
        marked: Whether annotations have the marks that tell the runtime how to read a union.
        loads: What of the names in annotations is imported at run time as well.
    """

    def __init__(
        self,
        folder: str = "..",
        *,
        group: str = "",
        taken: Collection[str] = (),
        hidden: Collection[str] = (),
        models: Callable[[str], str] | None = None,
        local: LocalNames | None = None,
        late: Collection[str] = (),
        marked: bool = False,
        loads: Loads = Loads.NOTHING,
    ) -> None:
        self._folder, self._group = folder, group
        self._hidden, self._late = hidden, late
        self._models = models
        self._taken, self._local = set(taken), local or {}
        self._called = dict[str, str]()
        self._marked, self._loads = marked, loads
        self._run: dict[str, set[str]] = {}
        self._checked: dict[str, set[str]] = {}

    # -------------------------------------------------------------- printing
    def declaration(
        self,
        name: str,
        kind: Annotation,
        default: Doc | None,
        indent: int,
        after: str = "",
        *,
        wide: bool = False,
    ) -> Py:
        """`name: kind = default`."""
        shown = None if default is None else self.printed(default)
        return layout.declaration(
            name, self.kind(kind), shown, indent, after, wide=wide
        )

    def signature(
        self,
        name: str,
        parameters: Sequence[Py],
        returns: Annotation,
        *,
        is_async: bool = False,
        after: str = "",
        indent: int = 4,
    ) -> Py:
        """The first lines of a method; its parameters are declarations."""
        return layout.signature(
            name,
            parameters,
            self.kind(returns),
            is_async=is_async,
            after=after,
            indent=indent,
        )

    def statement(self, before: str, doc: Doc, indent: int) -> Py:
        """An expression after some text, such as `return`."""
        return layout.statement(before, self.printed(doc), indent)

    def assignment(self, name: str, assigned: Doc, indent: int = 0) -> Py:
        """`name = value`."""
        return layout.assignment(name, None, self.printed(assigned), indent)

    def alias(self, name: str, value: Doc) -> Py:
        """`name: TypeAlias = value`."""
        kind = self.printed(a.standard("TypeAlias"))
        return layout.assignment(name, kind, self.printed(value))

    def class_header(self, name: str, *bases: Doc, total: bool = True) -> Py:
        """`class name(bases):`."""
        printed = [self.printed(base) for base in bases]
        return layout.class_header(name, *printed, total=total)

    def kind(self, annotation: Annotation) -> Doc:
        """An annotation, as it is printed here."""
        doc = layout.annotation(annotation, marked=self._marked)
        return layout.named(doc, lambda name, _: self._name(name, checked=True))

    def printed(self, doc: Doc) -> Doc:
        """An expression that is evaluated, as it is printed here."""
        return layout.named(doc, lambda name, quoted: self._name(name, checked=quoted))

    def _name(self, name: Name, *, checked: bool) -> str:
        """What a name is called here; imports it."""
        root, dot, rest = name.text.partition(".")
        source = self._source(name, root)
        if source == "import builtins":
            root, dot, rest = "builtins", ".", name.text
        if name.origin is Origin.MODEL:
            local = self._model(root)
        else:
            local = self._local.get((source.rpartition(".")[2], root), root)
        if source:
            is_left = self._loads is Loads.NOTHING or (
                self._loads is Loads.ALL_BUT_MODELS and name.origin is Origin.MODEL
            )
            loaded = self._checked if checked and is_left else self._run
            shown = root if local == root else f"{root} as {local}"
            if local == f"models.{root}":
                source, shown = self._folder, "models"
            loaded.setdefault(source, set()).add(shown)
        return f"{local}{dot}{rest}"

    def _source(self, name: Name, root: str) -> str:
        """The module of a name, or the whole statement that imports it; empty where it needs none."""
        match name.origin:
            case Origin.BUILTIN:
                return "import builtins" if root in self._hidden else ""
            case Origin.GROUP:
                if name.module == self._group:
                    return ""
                return f"{'.groups' if self._folder == '.' else ''}.{name.module}"
            case Origin.LOCAL:
                return ""
            case Origin.MODEL:
                return self._models(root) if self._models else f"{self._folder}models"
            case Origin.RUNTIME:
                return f"{self._folder}_runtime.{HOME_OF[root]}"
            case Origin.STANDARD:
                other = "collections.abc" if root in ABSTRACT else "typing"
                return STANDARD.get(root, other)

    def _model(self, name: str) -> str:
        """What a model is called here: where its name is taken, `models.Item`, which users can
        write as well.
        """
        if name not in self._called:
            local = name
            if name in self._taken and "models" not in {*self._hidden, *self._taken}:
                local = f"models.{name}"
            while local in self._taken:
                local += "Model"
            self._taken.add(local)
            self._called[name] = local
        return self._called[name]

    # -------------------------------------------------------------- imports
    def at_run_time(self) -> Py:
        """The import lines at the top."""
        run = {m: n for m, n in self._run.items() if m[1:] not in self._late}
        if self._only_checked():
            run["typing"] = {"TYPE_CHECKING"} | run.get("typing", set())
        return _lines(run)

    def behind_constants(self) -> Py:
        """The imports of groups that import this one as well: they find what they need of it."""
        late = {m: n for m, n in self._run.items() if m[1:] in self._late}
        return _lines(late, note="# noqa: E402")

    def for_checkers(self) -> Py:
        """The import lines under `if TYPE_CHECKING:`; empty where there are none."""
        return _lines(self._only_checked(), 4)

    def _only_checked(self) -> dict[str, set[str]]:
        rest = {m: n - self._run.get(m, set()) for m, n in self._checked.items()}
        return {m: n for m, n in rest.items() if n}


def _lines(imported: Mapping[str, set[str]], indent: int = 0, note: str = "") -> Py:
    """Import statements in groups: the standard library, other packages, the package itself."""
    groups: tuple[list[str], ...] = ([], [], [])
    for module in sorted(imported, key=_order):
        group = groups[2 if module[0] == "." else module == "import httpx2"]
        group.append(
            f"{' ' * indent}{module}"
            if " " in module
            else layout.imports(module, sorted(imported[module]), indent, note)
        )
    return Py("\n\n".join("\n".join(group) for group in groups if group))


def _order(module: str) -> tuple[bool, int, str]:
    """`import x` first, then by module, those of outer folders first."""
    dots = len(module) - len(module.lstrip("."))
    name = module.split()[1] if " " in module else module
    return (not module.startswith("import "), -dots, name)
