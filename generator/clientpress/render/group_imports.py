"""The imports of a group module, and local names for models that are called like something else
in it.
"""

from __future__ import annotations

from collections.abc import Collection

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.runtime_names import ABSTRACT, MODULE_OF, STANDARD, TYPING
from clientpress.plan.types import OperationRef
from clientpress.render import layout
from clientpress.render.fragments import Py, identifier
from clientpress.render.imports import in_order
from clientpress.render.layout import Text


class GroupImports:
    """What a group module imports, at run time and for checkers only."""

    def __init__(
        self,
        module: str,
        own: set[str],
        methods: set[str],
        above: str = ".",
        late: Collection[str] = (),
    ) -> None:
        self._module, self._above, self._late = module, above, late
        self._shadowed = methods
        self._taken = {
            *own,
            *MODULE_OF,
            *ABSTRACT,
            "TYPE_CHECKING",
            *TYPING,
        }
        self._run: dict[str, set[str]] = {}
        self._checked: dict[str, set[str]] = {}
        self._models: dict[str, str] = {}
        self._standard = set[str]()

    def runtime(self, module: str, name: str) -> str:
        """A name of the runtime that is needed when the module is loaded; returns it."""
        self._run.setdefault(f"{self._above}._runtime.{module}", set()).add(name)
        return name

    def described(self, name: str) -> None:
        """A class that a constant is made of, or a function that a method calls."""
        self.runtime(MODULE_OF[name], name)

    def reference(self, target: OperationRef) -> Text:
        """A constant of this group, or of another one, which is imported."""
        if target.module != self._module:
            self._run.setdefault(f".{target.module}", set()).add(target.constant)
        return Text(identifier(target.constant))

    def for_checking(self, module: str, name: str) -> None:
        """A name that only checkers need."""
        source = (
            "collections.abc"
            if name in ABSTRACT
            else "typing" if name in TYPING else f"{self._above}._runtime.{module}"
        )
        self._checked.setdefault(source, set()).add(name)

    def local(self, annotation: Annotation) -> Annotation:
        """The annotation with the names that this module has for its parts; imports them for
        checkers.
        """
        match annotation:
            case a.Name() if annotation.origin is a.Origin.MODEL:
                return a.Name(self._model(annotation.text))
            case a.Name():
                return self._plain(annotation)
            case a.Generic():
                return a.Generic(
                    self._plain(annotation.base),
                    tuple(self.local(arg) for arg in annotation.args),
                )
            case a.Or():
                return a.Or(tuple(self.local(arg) for arg in annotation.args))
            case a.Arguments():
                return a.Arguments(tuple(self.local(arg) for arg in annotation.args))
            case a.Tagged():
                return self.local(annotation.union)
            case a.Patterned():
                return self.local(annotation.whole)
            case a.Literal():
                self.for_checking("typing", "Literal")
                return annotation

    def _model(self, name: str) -> str:
        if name not in self._models:
            local = name
            while local in self._taken:
                local += "Model"
            self._taken.add(local)
            self._models[name] = local
        return self._models[name]

    def _plain(self, name: a.Name) -> a.Name:
        """Import what a name needs; a builtin that a method of the group hides is named in full."""
        root = name.text.partition(".")[0]
        if name.origin is a.Origin.BUILTIN and root in self._shadowed:
            self._standard.add("import builtins")
            return a.Name(f"builtins.{name.text}")
        if root in STANDARD:
            self._standard.add(STANDARD[root])
        elif root in ABSTRACT or root in TYPING:
            self.for_checking("", root)
        elif root in MODULE_OF:
            self.for_checking(MODULE_OF[root], root)
        return name

    def written(self, text: Py) -> Py:
        """Import `Union` for text in which a union was opened over lines; returns the text."""
        if "Union[\n" in text:
            self.for_checking("typing", "Union")
        return text

    def at_run_time(self) -> Py:
        """The import lines at the top."""
        lines = [
            layout.imports(module, sorted(names))
            for module, names in sorted(self._run.items())
            if module[1:] not in self._late
        ]
        return Py("\n".join(lines))

    def behind_constants(self) -> Py:
        """The imports of groups that import this one as well: they find what they need of it."""
        lines = [
            layout.imports(module, sorted(names), note="# noqa: E402")
            for module, names in sorted(self._run.items())
            if module[1:] in self._late
        ]
        return Py("\n".join(lines))

    def for_checkers(self) -> Py:
        """The import lines under `if TYPE_CHECKING:`."""
        rest = {m: n - self._run.get(m, set()) for m, n in self._checked.items()}
        standard = sorted(self._standard)
        for module in ("collections.abc", "typing"):
            if rest.get(module):
                standard.append(str(layout.imports(module, sorted(rest[module]))))
            rest.pop(module, None)
        relative = [
            layout.imports(m, sorted(n), 4) for m, n in sorted(rest.items()) if n
        ]
        models = [
            name if name == local else f"{name} as {local}"
            for name, local in sorted(self._models.items())
        ]
        if models:
            relative.append(layout.imports(f"{self._above}.models", models, 4))
        groups = [
            "\n".join(f"    {line}" for line in in_order(standard)),
            "\n".join(relative),
        ]
        return Py("\n\n".join(group for group in groups if group))
