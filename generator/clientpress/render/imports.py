"""The imports of a generated module, gathered from what its text uses."""

from __future__ import annotations

from clientpress.plan import annotations as a
from clientpress.plan.annotations import Annotation
from clientpress.plan.runtime_names import ABSTRACT, STANDARD
from clientpress.plan.types import Models
from clientpress.render import layout
from clientpress.render.fragments import Py

_RUNTIME = {"JsonValue": "values.jsontypes"}


class Imports:
    """What one module of the models package has to import, at run time and for checkers only."""

    def __init__(self, models: Models, module: str) -> None:
        self._models, self._module = models, module
        self._run: dict[str, set[str]] = {}
        self._checked: dict[str, set[str]] = {}
        self._standard = set[str]()

    def runtime(self, name: str) -> str:
        """A name of the runtime that is needed when the module is loaded; returns it."""
        self._run.setdefault(
            f".._runtime.{_RUNTIME.get(name, 'values.model')}", set()
        ).add(name)
        return name

    def standard(self, name: str) -> None:
        """A name of `typing` that is needed when the module is loaded."""
        self._run.setdefault("typing", set()).add(name)

    def checked_standard(self, name: str) -> None:
        """A name of `typing` that only checkers need."""
        self._checked.setdefault("typing", set()).add(name)

    def checked(self, annotation: Annotation) -> Annotation:
        """Import what an annotation names, for checkers only; returns it."""
        for name in a.names_in(annotation):
            self._add(name)
        return annotation

    def written(self, text: Py) -> Py:
        """Import `Union` for text in which a union was opened over lines; returns the text."""
        if "Union[\n" in text:
            self.checked_standard("Union")
        return text

    def evaluated(self, annotation: Annotation) -> Annotation:
        """Import what an annotation needs when it is evaluated at once; its other names are
        quoted.
        """
        for name in a.names_in(annotation):
            if name.text in ("Annotated", "Literal"):
                self.standard(name.text)
            elif name.text in ("Discriminator", "Patterns"):
                self.runtime(name.text)
            else:
                self._add(name)
        if _has_union(annotation):
            self.standard("Union")
        return annotation

    def _add(self, name: a.Name) -> None:
        root = name.text.partition(".")[0]
        if name.origin is a.Origin.MODEL:
            module = self._models.definitions[name.text].module
            if module != self._module:
                self._checked.setdefault(f".{module}", set()).add(name.text)
        elif name.origin is a.Origin.RUNTIME:
            self._checked.setdefault(
                f".._runtime.{_RUNTIME.get(root, 'values.model')}", set()
            ).add(root)
        elif root in STANDARD:
            self._standard.add(STANDARD[root])
        elif name.origin is a.Origin.STANDARD:
            source = "collections.abc" if root in ABSTRACT else "typing"
            self._checked.setdefault(source, set()).add(root)

    def at_run_time(self) -> Py:
        """The import lines at the top."""
        typing = set(self._run.get("typing", ()))
        if self._only_checked() or self._standard:
            typing.add("TYPE_CHECKING")
        groups = [[layout.imports("typing", sorted(typing))] if typing else []]
        groups.append(
            [
                layout.imports(m, sorted(n))
                for m, n in sorted(self._run.items())
                if m != "typing"
            ]
        )
        return Py("\n\n".join("\n".join(group) for group in groups if group))

    def for_checkers(self) -> Py:
        """The import lines under `if TYPE_CHECKING:`; empty when there are none."""
        rest = self._only_checked()
        standard = sorted(self._standard)
        for module in ("collections.abc", "typing"):
            if module in rest:
                standard.append(str(layout.imports(module, sorted(rest.pop(module)))))
        standard = in_order(standard)
        relative = [
            layout.imports(m, sorted(n), 4)
            for m, n in sorted(rest.items(), key=lambda x: _depth(x[0]))
        ]
        groups = ["\n".join(f"    {line}" for line in standard), "\n".join(relative)]
        return Py("\n\n".join(group for group in groups if group))

    def _only_checked(self) -> dict[str, set[str]]:
        found = {m: n - self._run.get(m, set()) for m, n in self._checked.items()}
        return {m: n for m, n in found.items() if n}


def in_order(lines: list[str]) -> list[str]:
    """Lines of standard imports: `import x` first, then by module."""
    return sorted(
        lines, key=lambda line: (not line.startswith("import"), line.split()[1])
    )


def _depth(module: str) -> tuple[int, str]:
    return (-len(module) + len(module.lstrip(".")), module)


def _has_union(annotation: Annotation) -> bool:
    match annotation:
        case a.Or() | a.Tagged():
            return True
        case a.Patterned():
            return _has_union(annotation.whole)
        case a.Generic():
            return any(map(_has_union, annotation.args))
        case _:
            return False
